import { requireFreshLogin } from '../accounts/freshLogin.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { recordUpdate } from '../accounts/updates.ts';
import { type CurrentUser, findRegisteredUser, loadCurrentUser, lockUser, type SeenThrough } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { type Choices, compareAccounts, conflictsIn, settle } from './disagreements.ts';
import { lockAccounts } from './locks.ts';
import { droppedIdentities, moveAccount } from './moving.ts';
import { insertSnapshot } from './snapshots.ts';
import { findParties, findTicket, type MergeTenant, spendTicket } from './tickets.ts';

/** Both accounts as their users see them, and the fields that need a choice. */
export interface Preview {
  mine: CurrentUser;
  theirs: CurrentUser;
  conflicts: string[];
}

/**
 * Compares the session's account with a ticket's. Changes nothing.
 *
 * @throws anonymous_forbidden, and the errors of `findTicket` and `findParties`
 */
export async function previewMerge(tenant: MergeTenant & SeenThrough, session: Session, ticket: string): Promise<Preview> {
  await findRegisteredUser(tenant, session.userId);
  const parties = await findParties(tenant, session, await findTicket(tenant, session, ticket));
  return {
    mine: await loadCurrentUser(tenant, parties.mine.user.id, session.platform),
    theirs: await loadCurrentUser(tenant, parties.theirs.user.id, session.platform),
    conflicts: conflictsIn(compareAccounts(parties)),
  };
}

/**
 * Merges the account of a ticket into the session's: all of it, or nothing.
 *
 * @returns the record of the survivor
 * @throws anonymous_forbidden, login_not_fresh, session_invalid; the errors of `findTicket` and `findParties`; merge_choice_missing,
 * merge_too_large; last_way_in if the user could not log in afterwards
 */
export async function mergeAccounts(
  tenant: MergeTenant & SeenThrough,
  policy: AccountPolicy,
  session: Session,
  { ticket: text, choices }: { ticket: string; choices: Choices },
): Promise<CurrentUser> {
  requireFreshLogin(policy.app, session, await findRegisteredUser(tenant, session.userId), tenant.now());
  return inTransaction(tenant, async (tx) => {
    const ticket = await findTicket(tx, session, text);
    await lockAccounts(tx, [session.userId, ticket.otherId]);
    requireFreshLogin(policy.app, session, await lockSessionUser(tx, session), tx.now());
    const parties = await findParties(tx, session, ticket);
    const sides = settle(compareAccounts(parties), choices);
    await spendTicket(tx, session, text);
    await moveAccount(tx, session, parties, sides);
    const { mine, theirs } = parties;
    const after = await lockUser(tx, mine.user.id);
    if (!(await canLogIn(tx, after, policy))) throw new ApiError('last_way_in', { detail: { user: after.id } });
    await insertSnapshot(tx, { mine, theirs, dropped: droppedIdentities(parties, sides), after });
    await recordActs(tx, { event: 'user_merged', userId: mine.user.id }, { event: 'user_merged', userId: theirs.user.id });
    await recordEvents(tx, { type: 'user.merged', data: { user_id: theirs.user.id, merged_into: mine.user.id } });
    await recordUpdate(tx, mine.user);
    tx.afterCommit(() => {
      for (const { user } of [mine, theirs]) policy.tellOwner(user, 'accounts_merged');
    });
    return loadCurrentUser(tx, mine.user.id, session.platform);
  });
}
