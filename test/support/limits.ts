import { startServer } from './server.ts';

/** Headers of a request from a client at an address. */
export const from = (ip: string) => ({ 'X-Forwarded-For': ip });

/** Starts a server behind one proxy, with an adjustable clock and the rates that a test needs. */
export async function startLimited(rate_limits: object) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ now: () => clock.time, trustProxy: 1, configure: (app) => ({ ...app, rate_limits }) });
  return { clock, server };
}
