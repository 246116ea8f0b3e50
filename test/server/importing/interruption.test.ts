import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { leancloudLines, objectIdOf } from '../../support/exports/leancloud.ts';
import { personOf } from '../../support/exports/people.ts';
import { createFolder } from '../../support/folder.ts';
import { command } from '../../support/importing.ts';
import { nodeEnv } from '../../support/nodeEnv.ts';
import { secretKey } from '../../support/secrets.ts';
import { startServer } from '../../support/server.ts';

/** Users of the export; `IMPORT_USERS=1000000` tries it at full size. */
const people = Number(process.env.IMPORT_USERS ?? 3000);
/** Every so many lines one is broken. */
const brokenEvery = 100;

describe('an import that is killed', () => {
  it('resumes after the last committed batch, and everyone can log in', { tags: 'fault', timeout: 3_600_000 }, async () => {
    const database = await createDatabase();
    const server = await startServer({ database, rateLimited: false });
    const folder = createFolder();
    const file = `${folder}/_User.0.jsonl`;
    const lines = [...leancloudLines(0, people)].flatMap((line, n) => (n % brokenEvery === 50 ? ['{"broken\n', line] : [line]));
    writeFileSync(file, lines.join(''));
    const args = ['import', 'leancloud', file, '--app', 'sandbox', '--accept', '--platform-app', 'wechat=sandbox-wechat'];
    args.push('--refused', `${folder}/refused.ndjson`, '--pairs', `${folder}/pairs.ndjson`);

    const done = async () => {
      const row = await server.store.selectFrom('imports').select('records').executeTakeFirst();
      return row?.records ?? 0;
    };
    const env = { ...nodeEnv, SECRET_KEY: secretKey, DATABASE_URL: database };
    const killed = spawn('node', ['server/admin/start.js', ...args], { env, stdio: 'ignore' });
    const ended = once(killed, 'exit');
    await expect.poll(done, { timeout: 600_000, interval: 5 }).toBeGreaterThan(0);
    killed.kill('SIGKILL');
    await ended;
    const before = await done();
    expect(before).toBeLessThan(people);
    const users = async () =>
      Number(
        (
          await server.store
            .selectFrom('users')
            .select(({ fn }) => fn.countAll().as('count'))
            .executeTakeFirstOrThrow()
        ).count,
      );
    expect(await users()).toBeLessThanOrEqual(before);

    const { code, report, errors } = await command(args, database);
    expect(code).toBe(0);
    expect(errors).toContain(`Resuming after ${before} records`);
    const broken = lines.filter((line) => line === '{"broken\n').length;
    expect(report).toMatchObject({ records: people + broken, new: people, refused: broken });
    expect(await users()).toBe(people);
    expect(readFileSync(`${folder}/refused.ndjson`, 'utf8').trim().split('\n')).toHaveLength(broken);
    for (const n of [0, 1, 2, 3, before - 1, before, before + 1, people - 1].map((n) => Math.min(n, people - 1))) {
      const { name, password, email, phone, sessionToken } = personOf(n);
      const legacy = { _legacy_id: objectIdOf(n) };
      expect((await server.call('loginByUsername', { body: { username: name, password } })).body, name).toMatchObject(legacy);
      expect((await server.call('loginByEmail', { body: { email, password } })).body, email).toMatchObject(legacy);
      expect((await server.call('loginByPhone', { body: { phone, password } })).body, phone).toMatchObject(legacy);
      expect((await server.call('getMe', { token: sessionToken })).body, sessionToken).toMatchObject(legacy);
    }

    const again = await command(args, database);
    expect(again.report).toMatchObject({ imported: true, unchanged: people, refused: broken });
    expect(await users()).toBe(people);
  });
});
