import { clientError } from '../../core/errors.ts';
import type { OutsideEvent } from '../host/recording.ts';
import { type PersonKey, sandboxName } from '../people.ts';
import { phoneOf } from '../phones.ts';
import type { Device } from '../platforms.ts';
import { askSandbox } from '../server.ts';
import { getState, setPhone, setState } from '../state.ts';
import type { Press, Step } from '../steps.ts';

/** Events that are not the app's. */
export type Event = Extract<
  Press,
  | 'withdraw'
  | 'leave_platform'
  | 'refuse_picture'
  | 'take_number'
  | 'alipay_user_id'
  | 'alipay_both_ids'
  | 'alipay_open_id'
  | 'ban'
  | 'unban'
>;

interface Happening {
  platform: Device;
  person: PersonKey;
  step: Step;
}

const nameOf = (person: PersonKey): string => sandboxName(getState().world, person);

/** Has the platform push something to the server. */
async function push({ platform, person }: Happening, pushed: object): Promise<OutsideEvent> {
  const result = await askSandbox('POST', `${platform}/push`, { person: nameOf(person), ...pushed });
  return { kind: 'event', from: 'platform', to: 'server', call: `POST /v1/pushes/${platform}/sandbox-${platform}`, result };
}

/** Alipay's ids before an app is switched, in between, and after it. The last is the sandbox's usual choice. */
const alipayIds = { alipay_user_id: ['user_id'], alipay_both_ids: ['user_id', 'open_id'], alipay_open_id: ['open_id'] };
const usualIds = ['open_id', 'user_id', 'union_id'];
let resetting: Promise<unknown> = Promise.resolve();
let idsAreUsual = true;

async function setIds(ids: string[]): Promise<OutsideEvent> {
  await resetting;
  idsAreUsual = false;
  const result = await askSandbox('PUT', 'alipay/ids', { ids });
  return { kind: 'event', from: 'operator', to: 'platform', call: `PUT /sandbox/alipay/ids ${ids.join(', ')}`, result };
}

/** Takes back what a story changed at a platform for everyone. */
export function resetPlatforms(): void {
  if (idsAreUsual) return;
  idsAreUsual = true;
  resetting = askSandbox('PUT', 'alipay/ids', { ids: usualIds }).catch(() => undefined);
}
export const platformsReset = (): Promise<unknown> => resetting;

/** Bans the phone's user, or ends the ban of the person's account, which no phone can be logged in to. */
async function setBan({ platform, person }: Happening, isBanned: boolean): Promise<OutsideEvent> {
  const { accounts, phones } = getState();
  const user = isBanned ? phones[platform].user?.id : accounts.find((account) => account.person === person && account.isBanned)?.id;
  if (user === undefined) throw clientError(604);
  const result = await askSandbox('PUT', 'ban', { user, banned: isBanned });
  setState({ accounts: accounts.map((account) => (account.id === user ? { ...account, isBanned } : account)) });
  return { kind: 'event', from: 'operator', to: 'server', call: 'PUT /sandbox/ban', result };
}

/** The carrier gives the number of another phone's person to the person of this one. */
async function takeNumber({ person, step: { other } }: Happening): Promise<OutsideEvent> {
  if (other === undefined) throw clientError(605, 'whose number');
  const owner = getState().phones[other].person;
  const number = phoneOf(owner);
  const result = await askSandbox('PUT', 'person', { person: nameOf(person), phone: number });
  setState({ numbers: { ...getState().numbers, [person]: number } });
  return { kind: 'event', from: 'carrier', to: 'platform', call: 'PUT /sandbox/person', result };
}

/** The person closes the account at the platform. The server ends its sessions, and deletes a user who has no other way to log in. */
async function leavePlatform(happening: Happening): Promise<OutsideEvent> {
  const { platform } = happening;
  const event = await push(happening, { event: 'cancel' });
  const { accounts, phones } = getState();
  const account = accounts.find(({ id }) => id === phones[platform].user?.id);
  setPhone(platform, { user: undefined });
  if (!account) return event;
  const identities = account.identities.filter((identity) => identity.platform !== platform);
  const { _username, _phone } = account.user;
  const remains = identities.length > 0 || Boolean(_username) || Boolean(_phone);
  setState({ accounts: accounts.flatMap((other) => (other !== account ? [other] : remains ? [{ ...account, identities }] : [])) });
  return event;
}

/** Plays each event. */
export const events: Record<Event, (happening: Happening) => Promise<OutsideEvent>> = {
  withdraw: (happening) => push(happening, { event: 'revoke', data: 'profile' }),
  leave_platform: leavePlatform,
  refuse_picture: (happening) => push(happening, { event: 'picture', verdict: 'risky' }),
  take_number: takeNumber,
  alipay_user_id: () => setIds(alipayIds.alipay_user_id),
  alipay_both_ids: () => setIds(alipayIds.alipay_both_ids),
  alipay_open_id: () => setIds(alipayIds.alipay_open_id),
  ban: (happening) => setBan(happening, true),
  unban: (happening) => setBan(happening, false),
};
export const isEvent = (press: Press): press is Event => press in events;
