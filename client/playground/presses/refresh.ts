import type { Exchange, PlatformCall } from '../host/recording.ts';
import { phoneOn } from '../phones.ts';
import { type Device, deviceNames } from '../platforms.ts';
import { askSandbox, clientWith } from '../server.ts';
import { type Account, type Entry, getState, setPhone, setState } from '../state.ts';
import type { Press } from '../steps.ts';

const tokenOn = (platform: Device): string | undefined => {
  const token = phoneOn(platform).shim.baas.storage.get('auth_token');
  return typeof token === 'string' && token !== '' ? token : undefined;
};

/** Asks the server, in a phone's own session, who is logged in and what is linked. */
async function refreshPhone(platform: Device): Promise<void> {
  const token = tokenOn(platform);
  if (token === undefined) return setPhone(platform, { user: undefined });
  const { world } = getState();
  const { operations } = clientWith(token);
  const [{ data: user }, { data: identities }] = await Promise.all([operations.getMe(), operations.listIdentities()]);
  if (getState().world !== world) return;
  setPhone(platform, { user });
  if (!user || !identities) return;
  const { accounts, phones } = getState();
  const known = accounts.find(({ id }) => id === user.id);
  const account: Account = {
    ...known,
    id: user.id,
    person: known?.person ?? phones[platform].person,
    user,
    identities: identities.objects,
  };
  setState({ accounts: known ? accounts.map((other) => (other === known ? account : other)) : [...accounts, account] });
}

/** Presses that end sessions without the apps that have them: an app finds out at its next request. */
const unnoticed: readonly Press[] = ['ban', 'unban', 'end_others', 'leave_platform'];
/** Answers to a session that no longer works, which would answer the page's questions in the same way. */
const sessionErrors: readonly (string | undefined)[] = ['session_invalid', 'user_banned'];

/** Refreshes a phone after a press, and those whose account it may have changed. */
export async function refreshAfter({ step, outcome }: Entry, accountBefore: number | undefined): Promise<void> {
  const { phone, press } = step;
  if (unnoticed.includes(press)) return;
  if (outcome !== 'ok' && sessionErrors.includes(outcome?.errorCode)) return setPhone(phone, { user: undefined });
  await refreshPhone(phone);
  const { phones } = getState();
  // A number moves away from another account.
  const ids = press === 'phone' ? deviceNames.map((name) => phones[name].user?.id) : [accountBefore, phones[phone].user?.id];
  const affected = deviceNames.filter((name) => name !== phone && phones[name].user && ids.includes(phones[name].user.id));
  await Promise.all(affected.map(refreshPhone));
}

/** Fetches the server's calls to the platform for each request. */
export async function fetchUpstream(exchanges: readonly Exchange[]): Promise<void> {
  const requests = exchanges.filter((exchange) => exchange.kind === 'request');
  await Promise.all(
    requests.map(async (call) => {
      if (call.requestId === undefined) return;
      const path = `exchanges?request_id=${encodeURIComponent(call.requestId)}`;
      call.upstream = (await askSandbox<{ exchanges: PlatformCall[] }>('GET', path)).exchanges;
    }),
  );
}
