import { createPhoneHost, noTaps, type Taps } from './host/phoneHost.ts';
import type { Exchange } from './host/recording.ts';
import { createWebPage } from './host/webPage.ts';
import { firstPhoneOf, nicknameOf, type PersonKey, sandboxName } from './people.ts';
import type { Device } from './platforms.ts';
import { askSandbox, clientId, serverRoot } from './server.ts';
import { createShim, createWebShim, type Shim } from './shims.ts';
import { getState, type Question, setPhone } from './state.ts';

/** A phone at work: its host, its client, and the app's storage. The page in a browser is one, without a host. */
export interface Phone {
  host: Taps;
  shim: Shim;
  storage: Map<string, unknown>;
  /** Takes the exchanges of the running press. */
  record: ((exchange: Exchange) => void) | undefined;
  /** The person's answer to dialogs of the running press; undefined if the page asks. */
  consent: 'allow' | 'decline' | undefined;
  /** Asks the person, unless the answer is known. */
  ask(question: Dialog): Promise<boolean>;
}
/** A question that is answered with yes or no. */
type Dialog = WithoutAnswer<Exclude<Question, { kind: 'merge' }>>;
type WithoutAnswer<Q> = Q extends Question ? Omit<Q, 'answer'> : never;

/** Milliseconds for a call of a host: enough for a platform that hangs, whose time the server limits to 5 s. */
const patience = 8000;
/** Milliseconds before the app gives up on a host that does not call back. */
const impatience = 1500;
/** The client id of an app that the server does not have. */
const wrongClientId = 'no-such-app';

function createPhone(device: Device): Phone {
  const { world } = getState();
  const own = () => getState().phones[device];
  const ask: Phone['ask'] = (question) =>
    phone.consent
      ? Promise.resolve(phone.consent === 'allow')
      : new Promise((resolve) => {
          if (getState().world !== world) return;
          const answer = (agreed: boolean) => {
            // Later dialogs of this press need no second answer.
            phone.consent = agreed ? 'allow' : 'decline';
            setPhone(device, { question: undefined });
            resolve(agreed);
          };
          setPhone(device, { question: { ...question, answer } });
        });
  const record = (exchange: Exchange) => phone.record?.(exchange);
  const storage = () => phone.storage;
  const parts: Omit<Phone, 'host' | 'shim'> = { storage: new Map(), record: undefined, consent: undefined, ask };
  const phone: Phone = { ...parts, ...createSoftware() };
  return phone;

  function createSoftware(): Pick<Phone, 'host' | 'shim'> {
    if (device === 'web') {
      const page = createWebPage({ isOffline: () => own().fault === 'offline', storage, record });
      return { host: noTaps, shim: createWebShim(page) };
    }
    const host = createPhoneHost(device, {
      person: () => sandboxName(getState().world, own().person),
      nickname: () => nicknameOf(own().person),
      fault: () => own().fault,
      storage,
      ask: (kind) => ask({ kind }),
      record,
    });
    return { host, shim: createShim[device](host) };
  }
}

const phones = new Map<Device, Phone>();

/** The phone of a platform, created when it is first used. */
export function phoneOn(device: Device): Phone {
  const phone = phones.get(device) ?? createPhone(device);
  phones.set(device, phone);
  return phone;
}

/** Throws a phone away, with what its app stores: another person, or another story, has another phone. */
export function discardPhone(device: Device): void {
  phones.delete(device);
}

/** Calls `init`, with the patience and the client id that the phone's fault needs. */
export function init(device: Device): void {
  const { fault } = getState().phones[device];
  const timeout = fault === 'silent_host' ? impatience : patience;
  phoneOn(device).shim.baas.init(fault === 'wrong_client' ? wrongClientId : clientId, { host: serverRoot, timeout });
}

/** The person's phone number. */
export function phoneOf(person: PersonKey): string {
  const { world, numbers } = getState();
  return numbers[person] ?? firstPhoneOf(world, person);
}

const introduced = new Set<string>();

/** Gives a person a nickname and a phone number on every platform. @param placeholder whether hosts hide the profile */
export async function introduce(person: PersonKey, placeholder: boolean): Promise<void> {
  const { world } = getState();
  const name = sandboxName(world, person);
  const key = `${name} ${placeholder}`;
  if (introduced.has(key)) return;
  await askSandbox('PUT', 'person', { person: name, nickname: nicknameOf(person), phone: phoneOf(person), anonymous: placeholder });
  introduced.delete(`${name} ${!placeholder}`);
  introduced.add(key);
}
