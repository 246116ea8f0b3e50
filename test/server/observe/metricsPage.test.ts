import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

const read = (origin: string, token?: string) =>
  fetch(`${origin}/metrics`, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });

describe('/metrics', () => {
  it('shows the server and its process to everyone outside production', async () => {
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase() });
    const response = await read(origin);
    expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(
      /^login_build_info\{version="\d+\.\d+\.\d+",node_version="v24\.[\d.]+"\} 1$[\s\S]*^nodejs_eventloop_lag_seconds /m,
    );
  });

  it('requires the token if there is one', async () => {
    const METRICS_TOKEN = 'for Prometheus alone';
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), METRICS_TOKEN, NODE_ENV: 'production', SANDBOX: 'on' });
    for (const token of [undefined, '', 'something else']) {
      const response = await read(origin, token);
      expect([response.status, response.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await read(origin, METRICS_TOKEN)).status).toBe(200);
  });

  it('is off in production without a token', async () => {
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), NODE_ENV: 'production', SANDBOX: 'on' });
    expect((await read(origin)).status).toBe(404);
  });
});
