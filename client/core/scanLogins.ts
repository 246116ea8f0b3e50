import { confirmScanLogin, createScanLogin, openScanLogin, pollScanLogin, refuseScanLogin } from '../../generated/client/operations.ts';
import type { components } from '../../generated/client/types.ts';
import { clientError, expectType, isObject } from './errors.ts';
import type { Host } from './host.ts';
import type { InSession } from './send.ts';
import { type Api, answer, type Sent } from './transport.ts';
import type { ScanLogins, ScannedQuery } from './types.ts';

type Schemas = components['schemas'];

/**
 * Verbs of a scan login: for the phone that scans a code, and for the page that shows it.
 *
 * @param inOwnSession runs a call in a session that exists or can be opened
 * @param enter makes the page's session the current one
 */
export function createScanLogins<User>(
  api: Api,
  host: Pick<Host, 'after'>,
  inOwnSession: InSession,
  enter: (session: Schemas['Session']) => User,
): ScanLogins<User> {
  const send = async <Data>(call: () => Promise<Sent<Data>>) => (await inOwnSession(() => answer(call()))).data;
  const pause = (seconds: number) => new Promise<void>((resolve) => void host.after(seconds * 1000, resolve));
  return {
    async openScanLogin(scanned) {
      const ticket = ticketOf(scanned);
      return send(() => api.POST(openScanLogin.path, { body: { ticket } }));
    },
    async confirmScanLogin(scanned, { checkCode } = {}) {
      const ticket = ticketOf(scanned);
      const body = checkCode === undefined ? { ticket } : { ticket, check_code: checkCode };
      await send(() => api.POST(confirmScanLogin.path, { body }));
    },
    async refuseScanLogin(scanned) {
      const ticket = ticketOf(scanned);
      await send(() => api.POST(refuseScanLogin.path, { body: { ticket } }));
    },
    async startScanLogin() {
      const { poll_token, ...shown } = (await answer(api.POST(createScanLogin.path))).data;
      let isStopped = false;
      return {
        ...shown,
        stop() {
          isStopped = true;
        },
        async wait(onStatus = () => undefined) {
          let last = 'waiting';
          for (;;) {
            await pause(shown.poll_seconds);
            if (isStopped) throw clientError(614, 'the page stopped waiting');
            const { status, session } = (await answer(api.POST(pollScanLogin.path, { body: { poll_token } }))).data;
            if (status !== last) onStatus(status);
            last = status;
            if (session) return enter(session);
            if (status === 'refused') throw clientError(613, 'the person refused the login on the phone');
            if (status === 'expired') throw clientError(614, 'no one confirmed the login in time');
          }
        },
      };
    },
  };
}

/** The ticket of a scanned code: as it is, or from the query of the page that the code opened. */
function ticketOf(scanned: string | ScannedQuery): string {
  const { scene, q } = isObject(scanned) ? scanned : { scene: scanned, q: undefined };
  const [, inLink] = /[?&]scene=([\w-]+)/.exec(decoded(q)) ?? [];
  const ticket = inLink ?? decoded(scene);
  expectType(ticket !== '', "the scanned ticket, or the page's query with scene or q");
  return ticket;
}

/** WeChat gives both percent-encoded. */
function decoded(text: unknown): string {
  if (typeof text !== 'string') return '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
