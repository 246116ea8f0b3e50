import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { roughAddress } from '../accounts/roughAddress.ts';
import type { Session } from '../accounts/sessions.ts';
import { recordActs } from '../audit/entries.ts';
import type { App } from '../config/apps.ts';
import { randomDigits } from '../crypto/randomDigits.ts';
import { hashToken, newToken } from '../crypto/tokens.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { latestEnd } from '../process/time.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { ScanLoginState, ScanLoginTable } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';

/** Seconds for which a code is valid. */
export const scanLoginLifetime = 120;

type ScanTenant = Tenant & Sealing;
type ScanLogin = Selectable<ScanLoginTable>;

/** A page that asks, as the person who scans sees it. */
export type AskingPage = Pick<ScanLogin, 'client_id' | 'app_name' | 'site' | 'browser' | 'system' | 'network'>;

export interface NewScanLogin {
  /** In the code. */
  ticket: string;
  /** The page's own secret, not in the code. */
  poll_token: string;
  /** The digits that the page shows. */
  check_code: string;
}

/** A ticket of 128 bits: the text of WeChat's codes has 32 characters. */
export const newScanLogin = (): NewScanLogin => ({
  ticket: randomBytes(16).toString('base64url'),
  poll_token: newToken(),
  check_code: randomDigits(2),
});

/** Binds the digits to one login. */
const digitsOf = (ticketHash: string) => `scan_login/${ticketHash}`;

export async function storeScanLogin({ id, store, vault, now }: ScanTenant, login: NewScanLogin, page: AskingPage): Promise<void> {
  const ticket_hash = hashToken(login.ticket);
  await store
    .insertInto('scan_logins')
    .values({
      tenant_id: id,
      ticket_hash,
      poll_hash: hashToken(login.poll_token),
      check_hash: vault.fingerprint(login.check_code, digitsOf(ticket_hash)),
      ...page,
      expires_at: now() + scanLoginLifetime,
    })
    .execute();
}

/** Scan logins that can still be opened, confirmed or refused. */
const openStates = ['waiting', 'scanned'] as const satisfies ScanLoginState[];

/** How a page's network compares with the phone's, under the rule of the pool. */
interface Comparison {
  same_network: boolean;
  needs_check_code: boolean;
}

/**
 * Compares the networks of page and phone. An attacker who tricks a person into scanning the code of another page is rarely on that person's
 * network. A phone on mobile data is on another network, too, so by default that alone is no reason to refuse.
 */
export function compareNetworks(
  { network }: Pick<ScanLogin, 'network'>,
  ip: string | undefined,
  rule: App['scan_login_networks'],
): Comparison {
  const same_network = network !== null && network === roughAddress(ip);
  return { same_network, needs_check_code: rule === 'checked' && !same_network };
}

/**
 * Shows that a user's phone has scanned a code, which only that user can confirm from then on.
 *
 * @throws scan_login_not_found, scan_login_taken
 */
export async function openScanLogin(tenant: Tenant, { userId }: Pick<Session, 'userId'>, ticket: string): Promise<ScanLogin> {
  return (await moveOn(tenant, userId, ticket, { state: 'scanned' })) ?? refuseUnless(tenant, userId, ticket);
}

/**
 * Lets the page that shows a code log in.
 *
 * @param ip of the phone
 * @throws scan_login_not_found, scan_login_taken, check_code_needed, scan_login_elsewhere; check_code_invalid, which refuses the page
 */
export async function confirmScanLogin(
  tenant: ScanTenant,
  { userId, tokenHash }: Pick<Session, 'userId' | 'tokenHash'>,
  { ticket, check_code }: { ticket: string; check_code?: string | undefined },
  ip: string | undefined,
  rule: App['scan_login_networks'],
): Promise<void> {
  const login = await findOpen(tenant, userId, ticket);
  const { same_network, needs_check_code } = compareNetworks(login, ip, rule);
  const detail = { user: userId, page: login.network };
  if (rule === 'same' && !same_network) throw new ApiError('scan_login_elsewhere', { detail });
  if (needs_check_code && check_code === undefined) throw new ApiError('check_code_needed', { detail });
  const isRight = check_code === undefined || tenant.vault.fingerprints(check_code, digitsOf(login.ticket_hash)).includes(login.check_hash);
  // Whether session and account are still open counts when the page receives its session (waitingPage.ts).
  await inTransaction(tenant, async (tx) => {
    const change = isRight ? ({ state: 'confirmed', session_hash: tokenHash } as const) : ({ state: 'refused' } as const);
    if (!(await moveOn(tx, userId, ticket, change))) throw notFound({ user: userId });
    await recordActs(tx, { event: isRight ? 'scan_login_confirmed' : 'scan_login_refused', userId });
  });
  if (!isRight) throw new ApiError('check_code_invalid', { detail });
}

/** Refuses the login of the page that shows a code. @throws scan_login_not_found, scan_login_taken */
export async function refuseScanLogin(tenant: Tenant, { userId }: Pick<Session, 'userId'>, ticket: string): Promise<void> {
  await inTransaction(tenant, async (tx) => {
    if (!(await moveOn(tx, userId, ticket, { state: 'refused' }))) await refuseUnless(tx, userId, ticket);
    await recordActs(tx, { event: 'scan_login_refused', userId });
  });
}

/** Changes an open login that no other user has scanned. @returns the changed login; undefined if there is none */
const moveOn = (
  { id, store, now }: Tenant,
  userId: number,
  ticket: string,
  change: { state: ScanLoginState; session_hash?: string },
): Promise<ScanLogin | undefined> =>
  store
    .updateTable('scan_logins')
    .set({ ...change, user_id: userId })
    .where('tenant_id', '=', id)
    .where('ticket_hash', '=', hashToken(ticket))
    .where('state', 'in', openStates)
    .where(({ or, eb }) => or([eb('user_id', 'is', null), eb('user_id', '=', userId)]))
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), scanLoginLifetime))
    .returningAll()
    .executeTakeFirst();

/** @throws scan_login_not_found, scan_login_taken */
async function findOpen({ id, store, now }: Tenant, userId: number, ticket: string): Promise<ScanLogin> {
  const login = await store
    .selectFrom('scan_logins')
    .selectAll()
    .where('tenant_id', '=', id)
    .where('ticket_hash', '=', hashToken(ticket))
    .where('state', 'in', openStates)
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), scanLoginLifetime))
    .executeTakeFirst();
  if (!login) throw notFound({ user: userId });
  if (login.user_id !== null && login.user_id !== userId) {
    throw new ApiError('scan_login_taken', { detail: { user: userId, other: login.user_id } });
  }
  return login;
}

/** Says why a login could not be changed. */
async function refuseUnless(tenant: Tenant, userId: number, ticket: string): Promise<never> {
  await findOpen(tenant, userId, ticket);
  // Another request changed it in between.
  throw notFound({ user: userId });
}

export const notFound = (detail: Record<string, unknown>) => new ApiError('scan_login_not_found', { detail });
