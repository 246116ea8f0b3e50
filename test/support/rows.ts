import type { TestServer } from './server.ts';

/** The numbers of users, identities and sessions. */
export async function countRows({ store }: TestServer): Promise<{ users: number; identities: number; sessions: number }> {
  const count = async (table: 'users' | 'identities' | 'sessions') => {
    const { rows } = await store
      .selectFrom(table)
      .select(({ fn }) => fn.countAll().as('rows'))
      .executeTakeFirstOrThrow();
    return Number(rows);
  };
  return { users: await count('users'), identities: await count('identities'), sessions: await count('sessions') };
}
