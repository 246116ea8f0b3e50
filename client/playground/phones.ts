import { createPhoneHost, type PhoneHost } from './host/phoneHost.ts';
import type { Exchange } from './host/recording.ts';
import { nicknameOf, type PersonKey, phoneOf, sandboxName } from './people.ts';
import type { Platform } from './platforms.ts';
import { askSandbox, clientId, serverRoot } from './server.ts';
import { createShim, type Shim } from './shims.ts';
import { getState, setPhone } from './state.ts';

/** A phone at work: its host, its client, and the app's storage. */
export interface Phone {
  host: PhoneHost;
  shim: Shim;
  storage: Map<string, unknown>;
  /** Takes the exchanges of the running press. */
  record: ((exchange: Exchange) => void) | undefined;
  /** The person's answer to dialogs of the running press; undefined if the page asks. */
  consent: 'allow' | 'decline' | undefined;
}

/** Milliseconds for a call of a host: enough for a platform that hangs, whose time the server limits to 5 s. */
const patience = 8000;
/** Milliseconds before the app gives up on a host that does not call back. */
const impatience = 1500;

function createPhone(platform: Platform): Phone {
  const { world } = getState();
  const parts: Omit<Phone, 'host' | 'shim'> = { storage: new Map(), record: undefined, consent: undefined };
  const own = () => getState().phones[platform];
  const host = createPhoneHost(platform, {
    person: () => sandboxName(getState().world, own().person),
    fault: () => own().fault,
    storage: () => phone.storage,
    ask: (kind) =>
      phone.consent
        ? Promise.resolve(phone.consent === 'allow')
        : new Promise((resolve) => {
            if (getState().world !== world) return;
            const answer = (agreed: boolean) => {
              // Later dialogs of this press need no second answer.
              phone.consent = agreed ? 'allow' : 'decline';
              setPhone(platform, { question: undefined });
              resolve(agreed);
            };
            setPhone(platform, { question: { kind, answer } });
          }),
    record: (exchange) => phone.record?.(exchange),
  });
  const phone: Phone = { ...parts, host, shim: createShim[platform](host) };
  return phone;
}

const phones = new Map<Platform, Phone>();

/** The phone of a platform, created when it is first used. */
export function phoneOn(platform: Platform): Phone {
  const phone = phones.get(platform) ?? createPhone(platform);
  phones.set(platform, phone);
  return phone;
}

/** Throws a phone away, with what its app stores: another person, or another story, has another phone. */
export function discardPhone(platform: Platform): void {
  phones.delete(platform);
}

/** Calls `init`, with the patience that the phone's fault needs. */
export function init(platform: Platform): void {
  const timeout = getState().phones[platform].fault === 'silent_host' ? impatience : patience;
  phoneOn(platform).shim.baas.init(clientId, { host: serverRoot, timeout });
}

const introduced = new Set<string>();

/** Gives a person a nickname and a phone number on every platform. @param placeholder whether hosts hide the profile */
export async function introduce(person: PersonKey, placeholder: boolean): Promise<void> {
  const { world } = getState();
  const name = sandboxName(world, person);
  const key = `${name} ${placeholder}`;
  if (introduced.has(key)) return;
  await askSandbox('PUT', 'person', { person: name, nickname: nicknameOf(person), phone: phoneOf(world, person), anonymous: placeholder });
  introduced.delete(`${name} ${!placeholder}`);
  introduced.add(key);
}
