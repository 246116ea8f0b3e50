import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { hashToken, newToken } from '../crypto/tokens.ts';
import { openIfPossible, type Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import type { PlatformApp } from '../platforms/platform.ts';
import type { WebPerson } from '../platforms/webLogin.ts';
import { latestEnd } from '../process/time.ts';
import type { WebLoginStage, WebLoginTable, WebProvider } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';

/** Seconds that a stage lasts: the person scans and agrees in the first two, the page redeems the token in the last. */
const lifetimes: Record<WebLoginStage, number> = { begun: 600, sent: 600, done: 300 };

/** Seconds for which a browser keeps its cookie. */
export const browserLifetime = lifetimes.sent;

export type WebLoginRow = Selectable<WebLoginTable>;

/** The parts of a login that stay the same from its beginning to its end. */
export type Begun = Pick<WebLoginRow, 'client_id' | 'provider' | 'silent' | 'callback_url' | 'session_hash'>;

/** The person behind a token, and the app of the platform that reported them. */
export interface Arrived extends WebPerson, PlatformApp {}

type LoginTenant = Tenant & Sealing;

/** Begins a login. @returns the ticket that takes the browser to the platform */
export async function beginLogin(tenant: Tenant, begun: Begun): Promise<string> {
  const ticket = newToken();
  await insert(tenant, ticket, 'begun', begun);
  return ticket;
}

/**
 * Sends a login to the platform, from the browser that must come back.
 *
 * @param browser the secret of the browser's cookie
 * @returns the state for the platform's page. Only that page's address has it, which no other site can read
 */
export async function sendLogin(tenant: Tenant, row: WebLoginRow, browser: string): Promise<string> {
  // Hexadecimal, because WeChat takes letters and digits only.
  const state = randomBytes(32).toString('hex');
  await insert(tenant, state, 'sent', row, { browser_hash: hashToken(browser) });
  return state;
}

/** Ends a login at the platform. @returns the token for the callback page */
export async function endLogin(tenant: LoginTenant, row: WebLoginRow, person: Arrived): Promise<string> {
  const token = newToken();
  await insert(tenant, token, 'done', row, { person: tenant.vault.seal(JSON.stringify(person), contextOf(tenant, hashToken(token))) });
  return token;
}

/** Finds the login of a stage's secret, unless it has expired. Changes nothing. */
export const findLogin = (
  { id, store, now }: Tenant,
  stage: WebLoginStage,
  secret: string,
  client_id: string,
): Promise<WebLoginRow | undefined> =>
  store
    .selectFrom('web_logins')
    .selectAll()
    .where('tenant_id', '=', id)
    .where('secret_hash', '=', hashToken(secret))
    .where('stage', '=', stage)
    .where('client_id', '=', client_id)
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), lifetimes[stage]))
    .executeTakeFirst();

/** Uses up the secret of a stage, once, even in concurrent requests. @returns whether it was still there */
export async function spend({ id, store }: Tenant, { secret_hash }: WebLoginRow): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom('web_logins')
    .where('tenant_id', '=', id)
    .where('secret_hash', '=', secret_hash)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** The request that brings a token. */
interface Bearer {
  client_id: string;
  provider: WebProvider;
  /** The origin of the page that sends it; undefined outside of browsers. */
  origin: string | undefined;
  /** The hash of its session, if it has one. */
  sessionHash: string | undefined;
}

/**
 * Redeems a token. It is valid only in the session that the login began in, so that no one can give a person a token for another WeChat.
 *
 * @param approve throws if the person may not log in now, and leaves the token valid
 * @throws auth_token_invalid; the token is used up only by a request that may use it
 */
export async function redeemToken(
  tenant: LoginTenant,
  token: string,
  bearer: Bearer,
  approve: (arrived: Arrived) => Promise<void>,
): Promise<Arrived> {
  const row = await findLogin(tenant, 'done', token, bearer.client_id);
  if (!row) throw refuse('unknown, used or expired');
  if (row.provider !== bearer.provider) throw refuse('of another provider');
  if (bearer.origin !== undefined && bearer.origin !== new URL(row.callback_url).origin) throw refuse("not of this page's origin");
  if (row.session_hash !== (bearer.sessionHash ?? null)) throw refuse('begun in another session');
  const person = row.person === null ? undefined : openIfPossible(tenant.vault, row.person, contextOf(tenant, row.secret_hash));
  if (person === undefined) throw refuse('sealed with another key');
  const arrived: Arrived = JSON.parse(person);
  await approve(arrived);
  if (!(await spend(tenant, row))) throw refuse('used meanwhile');
  return arrived;
}

const refuse = (reason: string) => new ApiError('auth_token_invalid', { detail: { reason } });

const contextOf = ({ id }: Tenant, secretHash: string) => `${id}/web login ${secretHash}`;

async function insert(
  { id: tenant_id, store, now }: Tenant,
  secret: string,
  stage: WebLoginStage,
  { client_id, provider, silent, callback_url, session_hash }: Begun,
  more: Partial<Pick<WebLoginRow, 'browser_hash' | 'person'>> = {},
): Promise<void> {
  await store
    .insertInto('web_logins')
    .values({
      tenant_id,
      secret_hash: hashToken(secret),
      stage,
      client_id,
      provider,
      silent,
      callback_url,
      session_hash,
      browser_hash: null,
      person: null,
      ...more,
      expires_at: now() + lifetimes[stage],
    })
    .execute();
}
