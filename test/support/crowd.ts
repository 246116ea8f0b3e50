import type { Store } from '../../server/store/schema.ts';

/** Maximum rows per statement on every database. */
const atOnce = 500;

/** Inserts many users into the sandbox's app: `n0`, `n1` … with levels 0, 1 …, created one second apart from the epoch on. */
export async function addCrowd(store: Store, size: number): Promise<void> {
  const all = Array.from({ length: size }, (_, index) => ({
    tenant_id: 'sandbox',
    id: index + 1,
    created_at: index,
    updated_at: index,
    nickname: `n${index}`,
    avatar: `https://img.example.com/avatars/${index}.png`,
    fields: JSON.stringify({ level: index, drink: 'oolong', tags: ['a', `t${index}`] }),
  }));
  await store.transaction().execute(async (transaction) => {
    for (let start = 0; start < size; start += atOnce) {
      await transaction
        .insertInto('users')
        .values(all.slice(start, start + atOnce))
        .execute();
    }
  });
}
