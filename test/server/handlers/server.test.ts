import { describe, expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

describe('operations about the server', () => {
  it('return the time', async () => {
    const server = await startServer({ now: () => 1_800_000_000 });
    expect((await server.call('getServerTime')).body).toEqual({ time: '2027-01-15T08:00:00.000Z' });
  });

  it('return the latest version of every client', async () => {
    const server = await startServer();
    expect((await server.call('getLatestSdkVersion')).body).toMatchObject({ wechat_miniapp: '3.23.6', jd_miniapp: '3.23.6' });
  });
});
