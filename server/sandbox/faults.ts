import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import * as z from 'zod';

/** Faults of the platform itself, reported in its own format. */
const reported = ['busy', 'rate_limited'] as const;
/** Faults of the platform's server or the network. */
const unreported = ['slow', 'hang', 'reset', 'cut_short', 'html', 'garbage', 'server_error', 'unavailable', 'too_many_requests'] as const;

export const fault = z.strictObject({
  kind: z.enum([...reported, ...unreported]),
  /** Number of occurrences; unlimited if absent. */
  times: z.number().int().min(1).max(1000).optional(),
  /** Milliseconds, for `slow`. */
  delay_ms: z.number().int().min(0).max(60_000).default(1000),
});
export type Fault = z.infer<typeof fault>;

/** Uses up one occurrence of a fault, if any are left. */
export function take(fault: Fault | undefined): Fault['kind'] | undefined {
  if (!fault) return undefined;
  if (fault.times === undefined) return fault.kind;
  return fault.times-- > 0 ? fault.kind : undefined;
}

/** Plays a fault of the server. @returns whether the request has been answered */
export async function play(kind: Fault['kind'], delay: number, response: Response): Promise<boolean> {
  switch (kind) {
    case 'slow':
      await sleep(delay);
      return false;
    case 'hang':
      return true;
    case 'reset':
      response.destroy();
      return true;
    case 'cut_short':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' }).write('{"openid":"o');
      response.destroy();
      return true;
    case 'html':
      response.type('html').send('<html><body>Maintenance</body></html>');
      return true;
    case 'garbage':
      response.json([{ unexpected: true }]);
      return true;
    case 'server_error':
      response.status(500).type('text').send('Internal Server Error');
      return true;
    case 'unavailable':
      response.status(503).type('text').send('Service Unavailable');
      return true;
    case 'too_many_requests':
      response.status(429).type('text').send('Too Many Requests');
      return true;
    default:
      return false;
  }
}
