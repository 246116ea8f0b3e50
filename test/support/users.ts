import { newId } from '../../server/accounts/ids.ts';
import { normalizeLoginName, takeLoginName } from '../../server/accounts/loginNames.ts';
import { openSession } from '../../server/accounts/sessions.ts';
import { inTransaction } from '../../server/store/inTransaction.ts';
import type { LoginNameKind, NewUser, UserRow } from '../../server/store/schema.ts';
import type { TestServer } from './server.ts';

/** Inserts a user of the sandbox's app into the store and logs it in. */
export async function addUser(
  { store, tenant }: TestServer,
  columns: Partial<Omit<NewUser, 'tenant_id' | 'id'>> = {},
): Promise<{ id: number; token: string }> {
  const id = newId();
  await store
    .insertInto('users')
    .values({ tenant_id: 'sandbox', id, created_at: 0, updated_at: 0, ...columns })
    .execute();
  const take = (kind: LoginNameKind, value: string) =>
    inTransaction(tenant, (tx) => takeLoginName(tx, id, kind, normalizeLoginName(kind, value)));
  if (columns.username) await take('username', columns.username);
  for (const kind of ['email', 'phone'] as const) {
    const value = columns[kind];
    if (!value) continue;
    if (columns[`${kind}_verified`] === 1) await take(kind, value);
    else await store.insertInto('login_claims').values({ tenant_id: 'sandbox', kind, value, user_id: id, claimed_at: 0 }).execute();
  }
  const { token } = await openSession(tenant, id, null);
  return { id, token };
}

export const readUser = ({ store }: TestServer, id: number): Promise<UserRow> =>
  store.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
