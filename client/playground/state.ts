import { useSyncExternalStore } from 'react';
import type { components } from '../../generated/client/types.ts';
import type { Fault } from './faults.ts';
import type { Exchange } from './host/recording.ts';
import type { PersonKey } from './people.ts';
import { type Device, deviceNames } from './platforms.ts';
import type { Step } from './steps.ts';

type Schemas = components['schemas'];
export type UserRecord = Schemas['CurrentUser'];
export type MergePreview = Schemas['MergePreview'];
export type ScanLoginRequest = Schemas['ScanLoginRequest'];
export type ListedUser = Schemas['User'];
export type Choices = NonNullable<Schemas['MergeAccounts']['choices']>;

/** A rejection, as the app gets it. */
export interface Failure {
  /** The client's own code or the HTTP status. */
  code: number | undefined;
  /** The server's error code. */
  errorCode: string | undefined;
  message: string;
}

/** One press, and everything that it caused. */
export interface Entry {
  id: number;
  step: Step;
  person: PersonKey;
  /** Whether a user was logged in on the phone before. */
  wasLoggedIn: boolean;
  exchanges: Exchange[];
  /** Undefined while it runs. */
  outcome: 'ok' | Failure | undefined;
}

/** A dialog on a phone that waits for the person. */
export type Question =
  | { kind: 'scan'; asked: ScanLoginRequest; answer(agreed: boolean): void }
  | { kind: 'profile' | 'phone'; answer(agreed: boolean): void }
  | { kind: 'merge'; preview: MergePreview; answer(choices: Choices | undefined): void };

export interface PhoneState {
  person: PersonKey;
  fault: Fault;
  busy: boolean;
  /** The user of the session; undefined without one. */
  user: UserRecord | undefined;
  question: Question | undefined;
  /** The entry of the last press, which the phone shows as a message. */
  last: number | undefined;
}

/** An account that the page has seen. */
export interface Account {
  id: number;
  /** The person whose phone opened it. */
  person: PersonKey;
  user: UserRecord;
  identities: Schemas['MyIdentity'][];
  /** Whether an operator has banned the user. */
  isBanned?: boolean;
}

/** The code that the page in the browser shows. */
export interface ShownCode {
  ticket: string;
  link: string;
  /** The two digits below it. */
  digits: string;
  isScanned: boolean;
  /** Ends the wait for a phone. */
  stop(): void;
}

export interface Message {
  id: number;
  kind: 'sms' | 'mail';
  to: string;
  subject?: string;
  text: string;
}

export interface Playing {
  /** The id of a story; undefined for the steps of a share link. */
  story: string | undefined;
  steps: readonly Step[];
  /** The step that is next or running. */
  index: number;
  status: 'playing' | 'paused' | 'done';
  /** The number of presses when the last step ended: more were not of the story. */
  entries: number;
}

export interface State {
  world: string;
  phones: Record<Device, PhoneState>;
  accounts: Account[];
  entries: Entry[];
  /** The entry that is shown in full; the latest if undefined. */
  selected: number | undefined;
  messages: Message[];
  code: ShownCode | undefined;
  /** The users that the page in the browser listed last. */
  listed: ListedUser[] | undefined;
  /** The numbers of people whose first number has changed. */
  numbers: Record<PersonKey, string>;
  playing: Playing | undefined;
  newcomers: number;
  /** Whether the link that opened the page names no story. */
  badLink: boolean;
  /** The phone to show on a narrow screen. */
  shown: Device;
}

export const emptyPhone: PhoneState = {
  person: 'larry',
  fault: 'none',
  busy: false,
  user: undefined,
  question: undefined,
  last: undefined,
};

export const emptyState = (world: string): State => ({
  world,
  phones: Object.fromEntries(deviceNames.map((name) => [name, emptyPhone])) as State['phones'],
  accounts: [],
  entries: [],
  selected: undefined,
  messages: [],
  code: undefined,
  listed: undefined,
  numbers: {},
  playing: undefined,
  newcomers: 0,
  badLink: false,
  shown: 'wechat',
});

let state = emptyState('');
const listeners = new Set<() => void>();

export const getState = (): State => state;

export function setState(change: Partial<State>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function setPhone(platform: Device, change: Partial<PhoneState>): void {
  setState({ phones: { ...state.phones, [platform]: { ...state.phones[platform], ...change } } });
}

/** @returns a function that ends it */
export const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The state, in a component. */
export const usePlayground = (): State => useSyncExternalStore(subscribe, getState);
