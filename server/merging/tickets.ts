import type { Session } from '../accounts/sessions.ts';
import type { Proof } from '../accounts/takenByOther.ts';
import { stateAt } from '../accounts/userState.ts';
import { hashToken, newToken } from '../crypto/tokens.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { latestEnd } from '../process/time.ts';
import type { MergeProof, UserRow } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { type Account, loadAccount, waysInto } from './account.ts';
import { isAbout, needsMore } from './proofs.ts';

/** Seconds for which a ticket is valid. */
export const ticketLifetime = 600;

/** Capabilities of functions on tickets, which contain fingerprints. */
export type MergeTenant = Tenant & Sealing;
type Holder = Pick<Session, 'tokenHash' | 'userId'>;

/** The part of a ticket that is sent to its client. */
export interface TicketNote {
  merge_ticket: string;
  merge_needs_proof: boolean;
}

/** The accounts of a merge: the session's, which survives, and the other one. */
export interface Parties {
  mine: Account;
  theirs: Account;
}

/** @throws merge_closing, merge_banned */
function refuseUnmergeable(mine: UserRow, theirs: UserRow, now: number): void {
  const detail = { user: mine.id, other: theirs.id };
  if (stateAt(theirs, now) === 'banned') throw new ApiError('merge_banned', { detail });
  if (mine.closing_at !== null || theirs.closing_at !== null) throw new ApiError('merge_closing', { detail });
}

/**
 * Creates a ticket to merge another account into the session's. It replaces an earlier one for the same account.
 *
 * @throws merge_same_account, merge_banned, merge_closing; merge_ticket_invalid if the account has changed since the proof
 */
export async function issueTicket(tenant: MergeTenant, holder: Holder, otherId: number, proof: Proof): Promise<TicketNote> {
  const { id: tenant_id, store, vault, now } = tenant;
  if (otherId === holder.userId) throw new ApiError('merge_same_account');
  const [mine, theirs] = [await loadAccount(tenant, holder.userId), await loadAccount(tenant, otherId)];
  if (!mine || !theirs || !isAbout(theirs, proof)) throw invalid({ other: otherId, reason: 'account has changed' });
  refuseUnmergeable(mine.user, theirs.user, now());
  const merge_ticket = newToken();
  const columns = {
    ticket_hash: hashToken(merge_ticket),
    proof: proof.kind,
    ways_in: vault.fingerprint(waysInto(theirs), purpose),
    expires_at: now() + ticketLifetime,
  };
  await store
    .insertInto('merge_tickets')
    .values({ tenant_id, session_hash: holder.tokenHash, user_id: holder.userId, other_id: otherId, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'session_hash', 'other_id']).doUpdateSet(columns))
    .execute();
  return { merge_ticket, merge_needs_proof: await needsMore(tenant, theirs, proof.kind) };
}

/** Context of the fingerprints. */
const purpose = 'merge_ticket';

export interface Ticket {
  otherId: number;
  proof: MergeProof;
  waysIn: string;
}

/**
 * Finds the ticket that a session holds.
 *
 * @throws merge_ticket_invalid
 */
export async function findTicket(tenant: Tenant, holder: Holder, text: string): Promise<Ticket> {
  const row = await ofHolder(tenant, holder, text);
  if (!row) throw invalid({ reason: 'unknown, used or expired' });
  return { otherId: row.other_id, proof: row.proof, waysIn: row.ways_in };
}

const ofHolder = ({ id, store, now }: Tenant, { tokenHash, userId }: Holder, text: string) =>
  store
    .selectFrom('merge_tickets')
    .select(['other_id', 'proof', 'ways_in'])
    .where('tenant_id', '=', id)
    .where('session_hash', '=', tokenHash)
    .where('user_id', '=', userId)
    .where('ticket_hash', '=', hashToken(text))
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), ticketLifetime))
    .executeTakeFirst();

/**
 * Loads the accounts whose merge a ticket allows.
 *
 * @throws merge_ticket_invalid if the other account's ways in have changed since the ticket was made; merge_proof_needed; merge_banned,
 *   merge_closing
 */
export async function findParties(tenant: MergeTenant, { userId }: Holder, { otherId, proof, waysIn }: Ticket): Promise<Parties> {
  const [mine, theirs] = [await loadAccount(tenant, userId), await loadAccount(tenant, otherId)];
  if (!mine || !theirs) throw invalid({ other: otherId, reason: 'account no longer exists' });
  refuseUnmergeable(mine.user, theirs.user, tenant.now());
  if (!tenant.vault.fingerprints(waysInto(theirs), purpose).includes(waysIn))
    throw invalid({ other: otherId, reason: 'account has changed' });
  if (await needsMore(tenant, theirs, proof)) throw new ApiError('merge_proof_needed', { detail: { other: otherId, proof } });
  return { mine, theirs };
}

/** Uses up a ticket. @throws merge_ticket_invalid if it was already used */
export async function spendTicket({ id, store }: Transaction, { tokenHash }: Holder, text: string): Promise<void> {
  const { numDeletedRows } = await store
    .deleteFrom('merge_tickets')
    .where('tenant_id', '=', id)
    .where('session_hash', '=', tokenHash)
    .where('ticket_hash', '=', hashToken(text))
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) throw invalid({ reason: 'used' });
}

/** The account of a ticket, for the limits; undefined for an invalid ticket. */
export const findTicketAccount = async (tenant: Tenant, holder: Holder, text: string): Promise<number | undefined> =>
  (await ofHolder(tenant, holder, text))?.other_id;

const invalid = (detail: Record<string, unknown>) => new ApiError('merge_ticket_invalid', { detail });
