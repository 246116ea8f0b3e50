import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSession } from '../../../server/accounts/sessions.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { leancloudHash } from '../../../server/importedPasswords/foreignForms.ts';
import { sealHash } from '../../../server/importedPasswords/importedHash.ts';
import { recordKinds } from '../../../server/importedPasswords/kinds.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { mergeAnother } from '../../support/merging.ts';
import { type RunningServer, startProcess } from '../../support/process.ts';
import { secretKey } from '../../support/secrets.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const newKey = 'the secret key from tomorrow on, 32';
const people = Array.from({ length: 3 }, (_, n) => `person-${n}`);

/** Whether a number that was sealed with the kept session key can be opened. */
async function updatePhone(server: Pick<TestServer, 'call' | 'granted'>, person: string, token: string): Promise<number> {
  const sealed = await server.granted('phone', 'kuaishou', person);
  return (await server.call('updatePhoneKuaishou', { token, body: { ...sealed, overwrite: true } })).status;
}

describe('rotate-secret-key', () => {
  it('rotates the key of two servers that are restarted one after the other, under load', { timeout: 240_000 }, async () => {
    const DATABASE_URL = await createDatabase();
    const sandbox = await startServer();
    const start = (environment: object) => startProcess({ DATABASE_URL, LOG_LEVEL: 'warn', ...environment }, sandbox.origin);
    const startTwo = (environment: object) => Promise.all([start(environment), start(environment)]);
    /** Those that a balancer sends requests to. */
    let live: RunningServer[] = await startTwo({});
    const rounds = new Map<string, Promise<void>>();
    const restartEach = async (environment: object) => {
      const [olds, news] = [live, await startTwo(environment)];
      for (const [index, old] of olds.entries()) {
        live = live.with(index, news[index] as RunningServer);
        await Promise.all(rounds.values());
        old.kill('SIGTERM');
        expect((await old.ended).how).toBe(0);
      }
    };

    let over = false;
    onTestFinished(() => {
      over = true;
    });
    const statuses: number[] = [];
    const logInAndUpdatePhone = async (person: string) => {
      const [first, second] = live as [RunningServer, RunningServer];
      const { token } = await first.login('kuaishou', person);
      statuses.push(await updatePhone(second, person, token));
    };
    const users = people.map(async (person) => {
      while (!over) {
        const round = logInAndUpdatePhone(person);
        rounds.set(person, round);
        await round;
      }
    });

    await restartEach({ SECRET_KEY_FALLBACK: newKey });
    await restartEach({ SECRET_KEY: newKey, SECRET_KEY_FALLBACK: secretKey });
    const env = { DATABASE_URL, SECRET_KEY: newKey, SECRET_KEY_FALLBACK: secretKey };
    expect((await adminJson(['rotate-secret-key'], env)).session_keys.unreadable).toBe(0);
    await restartEach({ SECRET_KEY: newKey });
    over = true;
    await Promise.all(users);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  /** Adds a user with LeanCloud's published hash of "password". */
  async function addImported(server: TestServer) {
    const { tenant } = server;
    const hash = 'tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug==';
    const imported = leancloudHash('h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2', hash);
    await recordKinds(tenant, [imported.recipe], tenant.now());
    await addUser(server, { username: 'imported', password_hash: sealHash(server.services.vault, imported) });
  }

  /** A server whose people have session keys that were sealed with the old key, an access token and the snapshot of a merge. */
  async function startWithSealed(DATABASE_URL: string) {
    const server = await startServer({ database: DATABASE_URL });
    for (const person of people) await server.login('kuaishou', person);
    const { token } = await server.login('wechat', 'larry');
    const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
    expect((await server.call('updatePhoneWechat', { token, body: { ...sealed, phone_code, overwrite: true } })).status).toBe(200);
    await server.services.signingKeys.current();
    await mergeAnother(server, token, 'Other');
    await addImported(server);
    return server;
  }

  it('re-encrypts everything once, so that the old key opens nothing and the new key everything', async () => {
    const DATABASE_URL = await createDatabase();
    const old = await startWithSealed(DATABASE_URL);
    const env = { DATABASE_URL, SECRET_KEY: newKey, SECRET_KEY_FALLBACK: secretKey };
    const report = (key: 'resealed' | 'current', also: string) => {
      const none = { resealed: 0, current: 0, unreadable: 0 };
      return {
        session_keys: { ...none, [key]: people.length + 1 },
        platform_tokens: { ...none, [also]: 1 },
        signing_keys: { ...none, [also]: 1 },
        merges: { ...none, [key]: 1 },
        imported_passwords: { ...none, [key]: 1 },
      };
    };
    expect(await adminJson(['rotate-secret-key'], env)).toEqual(report('resealed', 'resealed'));
    expect(await adminJson(['rotate-secret-key'], env)).toEqual(report('current', 'current'));

    const renewed = await startServer({ database: DATABASE_URL, services: { vault: createVault(newKey) } });
    const { user_id } = await old.store
      .selectFrom('identities')
      .select('user_id')
      .where('platform', '=', 'kuaishou')
      .limit(1)
      .executeTakeFirstOrThrow();
    const { token } = await openSession(renewed.tenant, user_id, 'kuaishou');
    const imported = { username: 'imported', password: 'password' };
    expect((await renewed.call('loginByUsername', { body: imported })).status).toBe(201);
    const { openid } = (await renewed.call('getUser', { token, userId: user_id })).body;
    expect(openid).not.toBe('');
    for (const { session_key } of await old.store.selectFrom('identities').select('session_key').execute()) {
      expect(() => old.services.vault.open(String(session_key), '')).toThrow(/sealed with key/);
    }
  });

  it('re-encrypts more rows than one batch holds', async () => {
    const DATABASE_URL = await createDatabase();
    const { store, services } = await startServer({ database: DATABASE_URL });
    const user = { tenant_id: 'sandbox', created_at: 0, updated_at: 0 };
    for (let id = 1; id <= 450; id++) {
      await store
        .insertInto('users')
        .values({ ...user, id })
        .execute();
      const openid = `person-${id}`;
      const session_key = services.vault.seal('session key', `sandbox/kuaishou/sandbox-kuaishou/${openid}`);
      await store
        .insertInto('identities')
        .values({ ...user, id, user_id: id, platform: 'kuaishou', platform_app_id: 'sandbox-kuaishou', openid, session_key, profile: '{}' })
        .execute();
    }
    const { session_keys } = await adminJson(['rotate-secret-key'], { DATABASE_URL, SECRET_KEY: newKey, SECRET_KEY_FALLBACK: secretKey });
    expect(session_keys).toEqual({ resealed: 450, current: 0, unreadable: 0 });
  });

  it('fails if the fallback is not the previous key, and changes nothing', async () => {
    const DATABASE_URL = await createDatabase();
    const { store } = await startWithSealed(DATABASE_URL);
    const before = await store.selectFrom('identities').selectAll().execute();
    const { code, errors } = await admin(['rotate-secret-key'], { DATABASE_URL, SECRET_KEY: newKey });
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining('is SECRET_KEY_FALLBACK the previous key?') });
    expect(await store.selectFrom('identities').selectAll().execute()).toEqual(before);
  });

  it('rotates a key that is stored next to an SQLite file', async () => {
    const folder = createFolder();
    const env = { DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: '' };
    const { store } = await startWithSealed(env.DATABASE_URL);
    writeFileSync(`${folder}/secret.key`, `${newKey}\n${secretKey}\n`);
    expect((await adminJson(['rotate-secret-key'], env)).session_keys.resealed).toBe(people.length + 1);
    const rows = await store.selectFrom('identities').select('session_key').execute();
    expect(rows.every(({ session_key }) => createVault(newKey).isCurrent(String(session_key)))).toBe(true);
    expect(readFileSync(`${folder}/secret.key`, 'utf8')).toBe(`${newKey}\n${secretKey}\n`);
  });
});
