import type { Router } from 'express';
import type { Counter } from './counter.ts';
import type { Tap } from './tap.ts';

/** How one platform's server is asked and how it answers, and what its host app gives. */
export interface SandboxPage {
  /** Seconds that a code is good for. */
  codeLifetime: number;
  /** Bytes of a session key. */
  sessionKeyLength: number;
  /** Whether a login makes a new session key, as long as nobody says otherwise. */
  rotates: boolean;
  /** What the platform's settings must hold beside app id, secret and address so that an adapter understands this page. */
  settings?: Record<string, unknown>;
  mount(router: Router, counter: Counter): void;
  /** What the host's `getUserInfo` gives. */
  profile(tap: Tap): object;
  /** What the host's phone button gives, where there is one. */
  phone?(tap: Tap, issueCode: () => string): object;
}

/** A query or form field, unless it is absent or given twice. */
export const field = (fields: Record<string, unknown> | undefined, name: string): string | undefined => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
};
