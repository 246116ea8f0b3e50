import type { Exchange, PlatformCall } from '../host/recording.ts';
import { phoneOn } from '../phones.ts';
import { type Platform, platformNames } from '../platforms.ts';
import { askSandbox, clientWith } from '../server.ts';
import { type Account, getState, setPhone, setState } from '../state.ts';

const tokenOn = (platform: Platform): string | undefined => {
  const token = phoneOn(platform).shim.baas.storage.get('auth_token');
  return typeof token === 'string' && token !== '' ? token : undefined;
};

/** Asks the server, in a phone's own session, who is logged in and what is linked. */
async function refreshPhone(platform: Platform): Promise<void> {
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
  const account: Account = { id: user.id, person: known?.person ?? phones[platform].person, user, identities: identities.objects };
  setState({ accounts: known ? accounts.map((other) => (other === known ? account : other)) : [...accounts, account] });
}

/** Refreshes a phone after a press, and those whose account it may have changed. */
export async function refreshAfter(platform: Platform, accountBefore: number | undefined): Promise<void> {
  await refreshPhone(platform);
  const { phones } = getState();
  const ids = [accountBefore, phones[platform].user?.id].filter((id) => id !== undefined);
  const affected = platformNames.filter((name) => name !== platform && ids.includes(phones[name].user?.id ?? 0));
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
