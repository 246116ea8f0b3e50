import type { Router } from 'express';
import type { Counter } from './counter.ts';

/** How one platform's server is asked and how it answers. */
export interface SandboxPage {
  /** Seconds that a login code is good for. */
  codeLifetime: number;
  /** Bytes of a session key. */
  sessionKeyLength: number;
  /** What the platform's settings must hold beside app id, secret and address so that an adapter understands this page. */
  settings?: Record<string, unknown>;
  mount(router: Router, counter: Counter): void;
}

/** A query or form field, unless it is absent or given twice. */
export const field = (fields: Record<string, unknown> | undefined, name: string): string | undefined => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
};
