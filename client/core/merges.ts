import { createMergeTicket, mergeAccounts, previewMerge } from '../../generated/client/operations.ts';
import { expectType, isObject } from './errors.ts';
import type { InSession } from './send.ts';
import { type Api, answer, type Sent } from './transport.ts';
import type { Merges, UserRecord } from './types.ts';

/**
 * Verbs that merge another account into the session's user.
 *
 * @param inOwnSession runs a call in a session that exists or can be opened
 * @param show turns the merged record into the current user
 */
export function createMerges<User>(api: Api, inOwnSession: InSession, show: (record: UserRecord) => User): Merges<User> {
  const send = async <Data>(call: () => Promise<Sent<Data>>) => (await inOwnSession(() => answer(call()))).data;
  return {
    async createMergeTicket(proof) {
      expectType(isObject(proof), 'proof');
      return send(() => api.POST(createMergeTicket.path, { body: proof }));
    },
    async previewMerge(ticket) {
      expectType(typeof ticket === 'string', 'ticket');
      return send(() => api.POST(previewMerge.path, { body: { merge_ticket: ticket } }));
    },
    async merge(ticket, choices = {}) {
      expectType(typeof ticket === 'string' && isObject(choices), 'ticket and choices');
      return show(await send(() => api.POST(mergeAccounts.path, { body: { merge_ticket: ticket, choices } })));
    },
  };
}
