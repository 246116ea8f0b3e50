// Held by the compiler: a line that compiles where it must not is an unused `@ts-expect-error`.
import { handlers } from '../../server/handlers/index.ts';
import type { Answer, Handlers, OperationRequest } from '../../server/operations.ts';

export const declared: Answer<'getServerTime'> = { status: 200, body: { time: '2026-11-21T00:00:00Z' } };
// @ts-expect-error the status is not declared
export const undeclaredStatus: Answer<'getServerTime'> = { status: 201, body: { time: '2026-11-21T00:00:00Z' } };
// @ts-expect-error the field has another type
export const wrongType: Answer<'getServerTime'> = { status: 200, body: { time: 7 } };
// @ts-expect-error the field has another name
export const wrongName: Answer<'getServerTime'> = { status: 200, body: { now: '2026-11-21T00:00:00Z' } };
// @ts-expect-error a session carries the user
export const missingField: Answer<'silentLoginJd'> = { status: 201, body: { token: 't', expires_in: 1 } };

const { logout, ...others } = handlers;
// @ts-expect-error an operation without a handler
export const missing: Handlers = others;
// @ts-expect-error a handler without an operation
export const surplus: Handlers = { ...others, logout, signOut: logout };

export const session = ({ session }: OperationRequest<'logout'>): string => session.tokenHash;
// @ts-expect-error a login has no session
export const noSession = ({ session }: OperationRequest<'silentLoginQq'>): string => session.tokenHash;
// @ts-expect-error the request has no such field
export const field = ({ body }: OperationRequest<'silentLoginQq'>): unknown => body.openid;
