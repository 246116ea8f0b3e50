import { clientError } from '../../core/errors.ts';
import type { Phone } from '../phones.ts';
import { getState, setState, subscribe } from '../state.ts';

/** Shows a code on the page in the browser, and waits for a phone. @throws 613 if the person refuses, 614 if the code expires or the wait is ended */
export async function showCode({ shim: { baas } }: Phone): Promise<void> {
  const { ticket, link, check_code: digits, stop, wait } = await baas.auth.startScanLogin();
  const isShown = () => getState().code?.ticket === ticket;
  setState({ code: { ticket, link: link ?? ticket, digits, isScanned: false, stop } });
  try {
    await wait((status) => {
      const { code } = getState();
      if (code && isShown()) setState({ code: { ...code, isScanned: status === 'scanned' } });
    });
  } finally {
    if (isShown()) setState({ code: undefined });
  }
}

/** Resolves once the page in the browser shows a code. */
export const codeShown = (): Promise<void> =>
  new Promise((resolve) => {
    const end = subscribe(() => {
      if (!getState().code) return;
      end();
      resolve();
    });
  });

/** Scans the code, shows the person who is asking, and passes the answer on. */
export async function scan({ shim: { baas }, ask }: Phone): Promise<void> {
  const { code } = getState();
  if (!code) throw clientError(605, 'no page shows a code');
  // WeChat opens the mini-program's page with it.
  const query = { scene: code.ticket };
  const asked = await baas.auth.openScanLogin(query);
  if (!(await ask({ kind: 'scan', asked }))) return baas.auth.refuseScanLogin(query);
  await baas.auth.confirmScanLogin(query, asked.needs_check_code ? { checkCode: code.digits } : {});
}
