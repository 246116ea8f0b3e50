import { Webhook } from 'standardwebhooks';
import { tenantIdOf } from '../config/pools.ts';
import { Wakeup } from '../process/wakeup.ts';
import type { EventEndpoint } from '../store/tenant.ts';
import { endpointName, type WebhookSettings } from './settings.ts';

/** An endpoint that events are sent to. */
export interface Endpoint extends EventEndpoint {
  tenantId: string;
  url: URL;
  allowsPrivate: boolean;
  /** The value of `webhook-signature`: one signature for each secret, separated by spaces. */
  sign(eventId: string, at: Date, body: string): string;
  /** Sleeps, or wakes up early for a new event. */
  sleep(milliseconds: number): Promise<void>;
}

/** The endpoints of all apps. */
export interface Endpoints {
  all: readonly Endpoint[];
  /** Those that receive events about a tenant's users. */
  of(tenantId: string): readonly Endpoint[];
}

interface HookedApp {
  pool: string;
  webhooks: readonly WebhookSettings[];
}

export function createEndpoints(apps: readonly HookedApp[]): Endpoints {
  const all = apps.flatMap((app) => app.webhooks.map((settings) => createEndpoint(tenantOf(app, settings), settings)));
  const byTenant = Map.groupBy(all, ({ tenantId }) => tenantId);
  return { all, of: (tenantId) => byTenant.get(tenantId) ?? none };
}

/** Endpoints that are replaced while the server runs. */
export class CurrentEndpoints implements Endpoints {
  #current: Endpoints;

  constructor(apps: readonly HookedApp[]) {
    this.#current = createEndpoints(apps);
  }

  replace(apps: readonly HookedApp[]): void {
    this.#current = createEndpoints(apps);
  }

  get all(): readonly Endpoint[] {
    return this.#current.all;
  }

  of(tenantId: string): readonly Endpoint[] {
    return this.#current.of(tenantId);
  }
}

const none: readonly Endpoint[] = [];

const tenantOf = ({ pool }: HookedApp, { environment }: WebhookSettings) => tenantIdOf({ pool }, environment);

function createEndpoint(tenantId: string, settings: WebhookSettings): Endpoint {
  const { url, secrets, events, allow_private } = settings;
  const signers = secrets.map((secret) => new Webhook(secret));
  const wakeup = new Wakeup();
  return {
    tenantId,
    name: endpointName(settings),
    url: new URL(url),
    events: new Set(events),
    allowsPrivate: allow_private,
    sign: (eventId, at, body) => signers.map((signer) => signer.sign(eventId, at, body)).join(' '),
    wake: wakeup.wake,
    sleep: (milliseconds) => wakeup.sleep(milliseconds),
  };
}
