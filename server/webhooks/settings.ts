import * as z from 'zod';
import { type EventType, webhookEvents } from '../../generated/webhooks.ts';
import { secret, splitSecrets } from '../platforms/settings.ts';
import { isPublicAddress, literalAddress } from './publicAddress.ts';

/** A test is sent to every endpoint. */
type Listed = Exclude<EventType, 'webhook.test'>;
const listed = Object.keys(webhookEvents).filter((type): type is Listed => type !== 'webhook.test');
const byDefault = listed.filter((type) => !webhookEvents[type].onRequest);

/** Length of a secret in bytes, as Standard Webhooks requires. */
const [leastBytes, mostBytes] = [24, 64];
const isSecret = (text: string) => {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(base64 ?? '', 'base64');
  return length >= leastBytes && length <= mostBytes;
};
const secretWords = `must be whsec_ and the base64 of ${leastBytes} to ${mostBytes} random bytes, as printed by: echo "whsec_$(openssl rand -base64 32)"`;

/** A secret that signs requests to a team's own server. */
export const signingSecret = secret(128).refine(isSecret, secretWords);

const shape = z.strictObject({
  /** Names it in lists and commands; the host of the address if absent. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits, _, ., : or -')
    .optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }),
  /** One, or two while the first replaces the second: every event is signed with both. */
  secrets: z.array(signingSecret).min(1).max(2).meta({ secret: true }),
  /** If absent, all except those that are sent on request. */
  events: z.array(z.enum(listed)).default(byDefault),
  /** The environment whose users' events it receives; if absent, those of users outside any environment. */
  environment: z.string().min(1).max(64).optional(),
  /** Whether its address may be private and without TLS. */
  allow_private: z.boolean().default(false),
});

/** An entry of an app's `webhooks` in `APPS_FILE`. */
export const webhookSettings = shape.superRefine(checkAddress);

/** Adds an issue for each fault of the address of a team's own server. */
export function checkAddress({ url: text, allow_private }: { url: string; allow_private: boolean }, context: z.RefinementCtx): void {
  const url = URL.parse(text);
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['url'], message });
  if (!url) return;
  if (url.username !== '' || url.password !== '') refuse('must not have a user name or a password: events are signed');
  if (allow_private) return;
  const hint = 'unless allow_private is true';
  if (url.protocol !== 'https:') refuse(`must be https://… ${hint}`);
  const address = literalAddress(url.hostname);
  if (address !== undefined && !isPublicAddress(address)) refuse(`must be a public address ${hint}`);
}

export type WebhookSettings = z.infer<typeof shape>;

export const endpointName = ({ name, url }: Pick<WebhookSettings, 'name' | 'url'>): string => name ?? new URL(url).host.slice(0, 64);

/** The settings that may be shown. */
export const publicWebhook = (settings: WebhookSettings): object => ({
  name: endpointName(settings),
  ...splitSecrets(shape, settings).publicSettings,
});

interface Hooked {
  pool: string;
  environments: string[];
  webhooks: WebhookSettings[];
}

interface WebhookProblem {
  path: PropertyKey[];
  message: string;
}

/** Finds endpoints that share a name in a pool or an environment of it, and environments that the app does not have. */
export function webhookProblems(apps: readonly Hooked[]): WebhookProblem[] {
  const seen = new Set<string>();
  return apps.flatMap(({ pool, environments, webhooks }, index) =>
    webhooks.flatMap((webhook, place): WebhookProblem[] => {
      const { environment } = webhook;
      const path = [index, 'webhooks', place];
      if (environment !== undefined && !environments.includes(environment)) {
        return [{ path: [...path, 'environment'], message: 'must be one of the environments of the app' }];
      }
      const key = JSON.stringify([pool, environment, endpointName(webhook)]);
      if (seen.has(key))
        return [
          {
            path: [...path, 'name'],
            message: `${endpointName(webhook)} is already the name of another endpoint in the pool: choose another name`,
          },
        ];
      seen.add(key);
      return [];
    }),
  );
}
