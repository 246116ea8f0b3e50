import { expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

it('tells the time', async () => {
  const server = await startServer({ now: () => 1_800_000_000 });
  expect((await server.call('getServerTime')).body).toEqual({ time: '2027-01-15T08:00:00.000Z' });
});

it('tells the latest version of every client', async () => {
  const server = await startServer();
  expect((await server.call('getLatestSdkVersion')).body).toMatchObject({ wechat_miniapp: '3.23.6', jd_miniapp: '3.23.6' });
});
