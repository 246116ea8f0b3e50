import type { OperationId } from '../../generated/operations.ts';
import { sandboxClientId } from '../../server/sandbox/sandbox.ts';
import { createServerKey, type Scope } from '../../server/serverKeys/serverKeys.ts';
import type { Reply, TestServer } from './server.ts';

/** A key of the sandbox's app. */
export const keyWith = (server: TestServer, ...scopes: Scope[]): Promise<{ id: string; key: string }> =>
  createServerKey(server.tenant, { clientId: sandboxClientId, environment: undefined }, { name: 'orders', scopes });

export const basic = (username: string, key: string) => `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`;

/** Calls an OAuth operation with a form. */
export const postForm = (
  server: TestServer,
  operationId: OperationId,
  authorization: string | undefined,
  form: Record<string, string> | string,
): Promise<Reply> =>
  server.call(operationId, {
    body: new URLSearchParams(form).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...(authorization !== undefined && { Authorization: authorization }) },
  });
