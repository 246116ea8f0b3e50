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
import { clientError, expectType } from './errors.ts';
import type { InSession } from './send.ts';
import { type Api, answer, type Sent } from './transport.ts';
import type { MyAccount } from './types.ts';

/**
 * Verbs of a person's own account: see and end sessions, unlink, close, export.
 *
 * @param inSession runs a call in the session
 * @param hasSession whether there is one, or one can be opened
 */
export function createMyAccount(api: Api, inSession: InSession, hasSession: () => boolean): MyAccount {
  const send = async <Data>(call: () => Promise<Sent<Data>>) => {
    if (!hasSession()) throw clientError(604);
    return inSession(() => answer(call()));
  };
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
