import type { TestServer } from './server.ts';

/** How many users, identities and sessions there are. */
export const countRows = async ({ store }: TestServer) => {
  const tables = ['users', 'identities', 'sessions'] as const;
  const counts = tables.map((table) =>
    store
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirst(),
  );
  return (await Promise.all(counts)).map((count) => Number(count?.rows));
};
