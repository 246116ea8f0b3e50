import * as z from 'zod';
import { splitSecrets } from '../platforms/settings.ts';
import { checkAddress, signingSecret } from '../webhooks/settings.ts';

/** The questions that an app's own server can decide. */
export const hookNames = ['before_sms', 'before_register'] as const;
export type HookName = (typeof hookNames)[number];

const shape = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }),
  /** Signs the questions. */
  secret: signingSecret,
  /** Milliseconds for an answer. */
  timeout: z.int().min(100).max(10_000).default(3000),
  /** Whether a request is allowed if there is no answer. */
  fail_open: z.boolean().default(false),
  /** Whether its address may be private and without TLS. */
  allow_private: z.boolean().default(false),
});

const hook = shape.superRefine(checkAddress);
export type HookSettings = z.infer<typeof shape>;

/** `hooks` of an app in `APPS_FILE`. */
export const hooksSettings = z.strictObject({ before_sms: hook.optional(), before_register: hook.optional() }).default({});
export type HooksSettings = z.infer<typeof hooksSettings>;

/** The settings that may be shown. */
export const publicHooks = (hooks: HooksSettings): object =>
  Object.fromEntries(Object.entries(hooks).map(([name, settings]) => [name, settings && splitSecrets(shape, settings).publicSettings]));
