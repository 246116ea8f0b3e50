// @module-tag fault
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

// Part of util-linux, which other systems lack.
const prlimit = spawnSync('prlimit', ['--version']).status === 0;

describe('a full disk', () => {
  it.skipIf(!prlimit)('under a running server: writes are 503, reads work, and the server recovers by itself', async () => {
    const server = await startProcess({ DATABASE_URL: await createDatabase() });
    const { token, user_info } = await server.login('wechat', 'larry');
    const limitFiles = (limit: string) => execFileSync('prlimit', [`--pid=${server.pid}`, `--fsize=${limit}:`]);

    limitFiles('0');
    const refused = await server.call('loginAnonymously');
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(refused.headers.get('Retry-After')).toBe('5');
    expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);

    limitFiles('unlimited');
    expect((await server.call('loginAnonymously')).status).toBe(201);
  });
});
