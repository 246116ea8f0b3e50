import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPasswords, type Passwords, spellingsOf } from '../../../server/accounts/passwords.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { leancloudHash } from '../../../server/importedPasswords/foreignForms.ts';
import { type ImportedHash, kindOf, sealHash } from '../../../server/importedPasswords/importedHash.ts';
import { recordKinds } from '../../../server/importedPasswords/kinds.ts';
import { type Recipe, recipe } from '../../../server/importedPasswords/recipes.ts';
import { wrapAll } from '../../../server/importedPasswords/wrapping.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const salt = 'h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2';
const published = 'tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug==';
const password = 'password';
const fromLeancloud = leancloudHash(salt, published);
const md5: ImportedHash = {
  recipe: recipe.parse({ algorithm: 'digest', digest: 'md5', input: ['pepper', '@'] }),
  digest: createHash('md5').update('pepperpassword').digest(),
};

const real = createPasswords();

/** Passwords whose work is counted. */
function countedPasswords() {
  const work: string[] = [];
  const passwords: Passwords = {
    hash: (text) => real.hash(text),
    verify(hashed, text) {
      for (const _spelling of spellingsOf(text)) work.push('argon2id');
      return real.verify(hashed, text);
    },
    digest(own: Recipe, text) {
      work.push(kindOf(own));
      return real.digest(own, text);
    },
  };
  return { passwords, work };
}

async function addImported(server: TestServer, username: string, imported: ImportedHash): Promise<number> {
  await recordKinds(server.tenant, [imported.recipe], server.tenant.now());
  return (await addUser(server, { username, password_hash: sealHash(server.services.vault, imported) })).id;
}

const logIn = (server: TestServer, username: string, guess: string) =>
  server.call('loginByUsername', { body: { username, password: guess } });
const storedOf = async ({ store }: TestServer, id: number) =>
  (await store.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirstOrThrow()).password_hash ?? '';
const wrap = ({ services }: TestServer) => wrapAll(services, async () => undefined, new AbortController().signal);

describe('an imported password', () => {
  it.each([
    ['sealed', false],
    ['wrapped', true],
  ])('logs in while it is %s, and is replaced by argon2id', async (_form, isWrapped) => {
    const server = await startServer({ passwords: real });
    const id = await addImported(server, 'mei', fromLeancloud);
    if (isWrapped) await wrap(server);
    expect(await storedOf(server, id)).toMatch(isWrapped ? /^imported\$w\$/ : /^imported\$s\$/);
    expect((await logIn(server, 'mei', 'wrong')).status).toBe(400);
    expect((await logIn(server, 'mei', password)).status).toBe(201);
    const replaced = await storedOf(server, id);
    expect(replaced).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await logIn(server, 'mei', password)).status).toBe(201);
    expect(await storedOf(server, id)).toBe(replaced);
  });

  it('is stored neither bare nor readable, and once it is wrapped the digest is deleted', async () => {
    const server = await startServer();
    const id = await addImported(server, 'mei', fromLeancloud);
    const sealed = await storedOf(server, id);
    expect(sealed).not.toContain(salt);
    expect(sealed).not.toContain(published.slice(0, 20));
    await wrap(server);
    const wrapped = await storedOf(server, id);
    const [, , , text = ''] = wrapped.split('$');
    const opened = server.services.vault.open(text, 'imported password');
    expect(opened).toContain(salt);
    expect(opened).not.toContain(published.slice(0, 20));
  });

  it('changes like any other, with the current one', async () => {
    const server = await startServer();
    await addImported(server, 'mei', fromLeancloud);
    const { token } = (await logIn(server, 'mei', password)).body;
    const body = { password, new_password: 'plum-rain-june' };
    expect((await server.call('updateAccount', { token, body })).status).toBe(200);
    expect((await logIn(server, 'mei', 'plum-rain-june')).status).toBe(201);
  });

  it('costs a failed login the same work as a native one, a user without one, and no user', { tags: 'fault' }, async () => {
    const { passwords, work } = countedPasswords();
    const server = await startServer({ passwords, rateLimited: false });
    await addImported(server, 'wrapped', fromLeancloud);
    await addImported(server, 'other', md5);
    await wrap(server);
    await addImported(server, 'sealed', fromLeancloud);
    await addUser(server, { username: 'native', password_hash: await real.hash(password) });
    await addUser(server, { username: 'without' });
    const workOf = async (username: string, guess: string) => {
      work.length = 0;
      expect((await logIn(server, username, guess)).status).toBe(400);
      return work.toSorted();
    };
    // Two spellings of a password are tried.
    for (const guess of ['wrong', 'café'.normalize('NFD')]) {
      const expected = await workOf('unknown', guess);
      expect(expected).toHaveLength(guess === 'wrong' ? 3 : 6);
      for (const username of ['wrapped', 'other', 'sealed', 'native', 'without']) {
        expect(await workOf(username, guess), username).toEqual(expected);
      }
    }
  });

  it('is forgotten as a kind once no user has one, and costs nothing then', async () => {
    const { passwords, work } = countedPasswords();
    let now = 1_800_000_000;
    const server = await startServer({ passwords, now: () => now });
    await addImported(server, 'mei', fromLeancloud);
    await logIn(server, 'mei', password);
    now += 2 * 86_400;
    await wrap(server);
    work.length = 0;
    await logIn(server, 'unknown', 'wrong');
    expect(work).toEqual(['argon2id']);
  });

  it('is kept out of logins, and said in the log, if the key is another one', { tags: 'fault' }, async () => {
    const server = await startServer();
    const other = createVault('another key of 32 characters, at least');
    await recordKinds(server.tenant, [fromLeancloud.recipe], server.tenant.now());
    await addUser(server, { username: 'mei', password_hash: sealHash(other, fromLeancloud) });
    expect((await logIn(server, 'mei', 'plum-rain-june')).status).toBe(400);
    expect(server.logLines().some(({ msg }) => /imported password cannot be decrypted/.test(msg))).toBe(true);
  });
});
