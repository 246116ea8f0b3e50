import type { Router } from 'express';
import type { Counter, Credentials, SessionKeys } from './counter.ts';
import type { SandboxPush } from './push.ts';
import type { Tap } from './tap.ts';

/** The simulation of one platform's server. */
export interface SimulatedServer {
  /** Seconds until a code expires. */
  codeLifetime: number;
  /** Absent if the platform has no session keys. */
  sessionKey?: SessionKeys;
  /** Settings of the sandbox app's entry for the platform, besides app id and address; only `app_secret` if absent. */
  settings?(credentials: Credentials): Record<string, unknown>;
  mount(router: Router, counter: Counter): void;
}

/** The simulation of one platform's server and its host app. */
export interface SandboxPage extends SimulatedServer {
  /** Whether `login` also returns a code for the device. */
  givesAnonymousCodes?: boolean;
  /** The result of the host's `getUserInfo`. */
  profile(tap: Tap): object;
  /** Creates the push of a change that a person made at the platform; absent if the platform sends none. */
  push?: SandboxPush;
  /** The data of the host's phone button, if it has one. */
  phone?(tap: Tap, issueCode: () => string): object;
}

/** A query or form field; undefined if it is absent or repeated. */
export const field = (fields: Record<string, unknown> | undefined, name: string): string | undefined => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
};
