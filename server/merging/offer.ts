import type { Session } from '../accounts/sessions.ts';
import { TakenByOther } from '../accounts/takenByOther.ts';
import { ApiError } from '../errors.ts';
import { issueTicket, type MergeTenant, type TicketNote } from './tickets.ts';

/**
 * Runs work that another account may block. If it does, adds a ticket to merge that account to the error, unless the account cannot be
 * merged.
 *
 * @param tenant outside a transaction, so that the ticket is kept if the work is rolled back
 */
export async function offeringMerge<T>(tenant: MergeTenant, session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TakenByOther) || session.record[0].is_anonymous === 1) throw error;
    const ticket = await issueIfPossible(tenant, session, error);
    throw ticket ? error.with(ticket) : error;
  }
}

async function issueIfPossible(tenant: MergeTenant, session: Session, { owner, proof }: TakenByOther): Promise<TicketNote | undefined> {
  try {
    return await issueTicket(tenant, session, owner, proof);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
