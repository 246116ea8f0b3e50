import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { OperationId, PlatformName } from '../../../../generated/operations.ts';
import { operationOn } from '../../../support/platforms.ts';
import type { Reply } from '../answers.ts';
import type { Context, Fields } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import { password, sendSms } from '../fixtures.ts';
import type { Request } from '../target.ts';

/** A user with an open session. */
export interface Person {
  id: number;
  token: string;
}

/** A kind of name that a person logs in with. */
export type NameKind = 'username' | 'email' | 'phone';
export const nameKinds: readonly NameKind[] = ['username', 'email', 'phone'];

const titleOf = { username: 'Username', email: 'Email', phone: 'Phone' } as const;
export const registerBy = (kind: NameKind) => `registerBy${titleOf[kind]}` as const;
export const loginBy = (kind: NameKind) => `loginBy${titleOf[kind]}` as const;
/** The kind of name of `registerByEmail` or `loginByEmail`. */
export const kindOfName = (id: OperationId): NameKind => (/Email/.test(id) ? 'email' : /Phone/.test(id) ? 'phone' : 'username');

export const newNameOf = ({ target }: Context, kind: NameKind): string =>
  ({ username: target.newName, email: () => `${target.newName()}@example.com`, phone: target.newPhone })[kind]();

export interface Account extends Person {
  kind: NameKind;
  name: string;
}

/** Registers an account. @param token an anonymous session to upgrade */
export async function register(
  context: Context,
  kind: NameKind = 'username',
  { name = newNameOf(context, kind), secret = password, token }: { name?: string; secret?: string; token?: string } = {},
): Promise<Account> {
  const { body } = await context.call(registerBy(kind), { token, body: { [kind]: name, password: secret } });
  return { id: body.id, token: body.token, kind, name };
}

/** Logs an account in again. */
export async function logInAgain(context: Context, { kind, name }: Account, secret = password): Promise<Person> {
  const { body } = await context.call(loginBy(kind), { body: { [kind]: name, password: secret } });
  return { id: body.id, token: body.token };
}

export async function becomeAnonymous({ call }: Context): Promise<Person> {
  const { body } = await call('loginAnonymously');
  return { id: body.id, token: body.token };
}

/** Sends a request that must be refused with one of the codes. */
export async function refused(
  { target }: Context,
  id: OperationId,
  request: Request,
  ...codes: [ErrorCode, ...ErrorCode[]]
): Promise<Reply> {
  const reply = await target.send(id, request, codes[0]);
  expect(codes, `${id} ${JSON.stringify(request.body)} answered ${reply.status} ${reply.text}`).toContain(reply.body.code);
  return reply;
}

/** The user's own record, read with their session. */
// biome-ignore lint/suspicious/noExplicitAny: cases assert the shape of records
export const recordOf = async ({ call }: Context, { id, token }: Person): Promise<any> =>
  (await call('getUser', { token, params: { user_id: id } })).body;

/** The record of a user, read by another one. */
export const seenBy = async ({ call }: Context, reader: Person, id: number): Promise<Fields> =>
  (await call('getUser', { token: reader.token, params: { user_id: id } })).body;

export async function expectClosed(context: Context, { id, token }: Person): Promise<void> {
  await refused(context, 'getUser', { token, params: { user_id: id } }, 'session_invalid');
}

/** Runs a change that must be refused, and expects that the user's record is unchanged. */
export async function expectUnchanged(context: Context, person: Person, refusal: () => Promise<unknown>): Promise<void> {
  const before = await recordOf(context, person);
  await refusal();
  expect(await recordOf(context, person)).toEqual(before);
}

/** Expects that two answers are equal, except for the parts that belong to the request. */
export function expectAlike(first: Reply, second: Reply): void {
  const visible = ({ status, headers, body }: Reply) => ({
    status,
    headers: Object.fromEntries([...headers].filter(([name]) => !ofTheRequest.has(name))),
    body: { ...body, request_id: undefined },
  });
  expect(visible(second)).toEqual(visible(first));
}

/** Headers that differ between any two answers. */
const ofTheRequest = new Set(['x-request-id', 'date', 'etag', 'ratelimit', 'ratelimit-policy']);

/** Milliseconds to wait for a mail, which is sent after the answer. */
const mailTakes = 10_000;

/** The mail that an action sends to an address. @throws if none arrives */
export async function mailBy({ lastMailTo }: Context, address: string, action: () => Promise<unknown>): Promise<string> {
  const before = await lastMailTo(address);
  await action();
  for (const end = Date.now() + mailTakes; Date.now() < end; await setTimeout(50)) {
    const mail = await lastMailTo(address);
    if (mail !== undefined && mail !== before) return mail;
  }
  throw new Error(`no mail came to ${address}`);
}

/** Follows the link of a mail, and confirms there. @param form the fields of the page, if it has any */
export async function confirm(mail: string, form: Record<string, string> = {}): Promise<Response> {
  const [link = ''] = /https?:\S+/.exec(mail) ?? [];
  return fetch(link, { method: 'POST', body: new URLSearchParams(form) });
}

/** Verifies the person's number or address. */
export async function verifyName(context: Context, { token, kind, name }: Account): Promise<void> {
  if (kind === 'phone') {
    await context.call('verifyPhone', { token, body: { code: await sendSms(context, name) } });
  } else if (kind === 'email') {
    const mail = await mailBy(context, name, () => context.call('sendVerificationEmail', { token }));
    expect((await confirm(mail)).status).toBe(200);
  }
}

/** Registers an account whose name no one else can have. */
export async function registerVerified(context: Context, kind: NameKind, name?: string): Promise<Account> {
  const account = await register(context, kind, name === undefined ? {} : { name });
  await verifyName(context, account);
  return account;
}

/** Logs a person in on a platform. */
export async function logInOn(
  context: Context,
  platform: PlatformName = context.platform,
  person = context.person,
  more: Fields = {},
): Promise<Person> {
  const code = await context.codeOn(platform, person);
  const { body } = await context.call(operationOn('silentLogin', platform), { body: { code, ...more } });
  return { id: body.user_info.id, token: body.token };
}

/** Expects that no user has the person's identity on a platform. */
export async function expectUnknownOn(context: Context, platform: PlatformName = context.platform, person = context.person): Promise<void> {
  const body = { code: await context.codeOn(platform, person), create_user: false };
  await refused(context, operationOn('silentLogin', platform), { body }, 'identity_not_found');
}
