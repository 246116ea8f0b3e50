import {
  cancelClosure,
  endOtherSessions,
  endSession,
  exportMe,
  listIdentities,
  listSessions,
  requestClosure,
  unlinkIdentity,
} from '../../generated/client/operations.ts';
import { expectType } from './errors.ts';
import type { InSession } from './send.ts';
import { type Api, answer, type Sent } from './transport.ts';
import type { MyAccount } from './types.ts';

/**
 * Verbs of a person's own account: list and end sessions, unlink identities, close and export the account.
 *
 * @param inOwnSession runs a call in a session that exists or can be opened
 */
export function createMyAccount(api: Api, inOwnSession: InSession): MyAccount {
  const send = <Data>(call: () => Promise<Sent<Data>>) => inOwnSession(() => answer(call()));
  const expectId = (id: unknown) => expectType(typeof id === 'number', 'id');
  return {
    listSessions: () => send(() => api.GET(listSessions.path)),
    async endSession(id) {
      expectId(id);
      return send(() => api.DELETE(endSession.path, { params: { path: { session_id: id } } }));
    },
    endOtherSessions: () => send(() => api.DELETE(endOtherSessions.path)),
    listIdentities: () => send(() => api.GET(listIdentities.path)),
    async unlinkIdentity(id) {
      expectId(id);
      return send(() => api.DELETE(unlinkIdentity.path, { params: { path: { identity_id: id } } }));
    },
    requestClosure: () => send(() => api.POST(requestClosure.path)),
    cancelClosure: () => send(() => api.DELETE(cancelClosure.path)),
    exportMe: () => send(() => api.GET(exportMe.path)),
  };
}
