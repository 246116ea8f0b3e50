// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import type { Client } from '../../support/client.ts';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { type RunningServer, startProcess } from '../../support/process.ts';

interface Done {
  token: string;
  userId: number;
  /** Fields that the user's record had in the answer. */
  user: object;
}

/** Work of a process for many people when it is killed. */
const operations: Record<string, (client: Client, person: string) => Promise<Done>> = {
  async 'silent first logins'(client, person) {
    const { token, user_info } = await client.login('wechat', person);
    return { token, userId: user_info.id, user: user_info };
  },
  async 'silent logins of people who were here'(client, person) {
    await client.login('wechat', person);
    const { token, user_info } = await client.login('wechat', person);
    return { token, userId: user_info.id, user: user_info };
  },
  async registrations(client, person) {
    const { status, body } = await client.call('registerByUsername', { body: { username: person, password } });
    expect(status).toBe(201);
    return { token: body.token, userId: body.id, user: { _username: person } };
  },
  async links(client, person) {
    const { token, user_info } = await client.login('qq', person);
    const { status, body } = await client.call('linkWechat', { token, body: { code: await client.codeFor('wechat', person) } });
    expect(status).toBe(200);
    return { token, userId: user_info.id, user: { _provider: { wechat: { openid: body.openid } } } };
  },
};

describe('a crash', () => {
  it.each(
    Object.entries(operations),
  )('SIGKILL during 1,000 %s: all answered ones are stored, and none partially', async (_name, operation) => {
    const DATABASE_URL = await createDatabase();
    const answered = await killAmid(await startProcess({ DATABASE_URL }), operation);

    const server = await startProcess({ DATABASE_URL });
    // Few at once, so that none waits too long for a connection to the database.
    while (answered.length > 0) {
      const some = answered.splice(0, 50);
      const replies = await Promise.all(some.map(({ token, userId }) => server.call('getUser', { token, userId })));
      expect(replies).toMatchObject(some.map(({ user }) => ({ status: 200, body: user })));
    }
    expect(await findHalves(DATABASE_URL)).toEqual({ users: [], rows: [] });
  });
});

/** @returns the requests answered before the process died */
async function killAmid(server: RunningServer, operation: (client: Client, person: string) => Promise<Done>): Promise<Done[]> {
  const people = Array.from({ length: 1000 }, (_, n) => `person-${n}`).values();
  // The first request of an operation takes its time.
  const answered = [await operation(server, 'person')];
  const work = async () => {
    for (const person of people) {
      answered.push(await operation(server, person));
      if (answered.length === 500) server.kill('SIGKILL');
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: 50 }, work));
  // A connection that breaks is a TypeError of `fetch`; anything else is a fault.
  for (const worker of workers) expect(worker).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) });
  expect((await server.ended).how).toBe('SIGKILL');
  return answered;
}

/** Users without a way to log in, and rows of missing users. */
async function findHalves(url: string) {
  const store = await openTestStore(url);
  const [users, identities, loginNames, sessions] = await Promise.all([
    store.selectFrom('users').select(['id', 'is_anonymous']).execute(),
    store.selectFrom('identities').select('user_id').execute(),
    store.selectFrom('login_names').select('user_id').execute(),
    store.selectFrom('sessions').select('user_id').execute(),
  ]);
  const ids = new Set(users.map(({ id }) => id));
  const known = new Set([...identities, ...loginNames].map(({ user_id }) => user_id));
  return {
    users: users.filter(({ id, is_anonymous }) => is_anonymous === 0 && !known.has(id)),
    rows: [...identities, ...loginNames, ...sessions].filter(({ user_id }) => !ids.has(user_id)),
  };
}
