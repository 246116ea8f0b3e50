import type { Store, UserRow } from '../store/schema.ts';
import type { UserOptions } from './command.ts';

/** @throws if the app has no such user */
export async function requireUser(store: Store, { app, user }: UserOptions): Promise<UserRow> {
  const row = await store.selectFrom('users').selectAll().where('tenant_id', '=', app).where('id', '=', user).executeTakeFirst();
  if (!row) throw new Error(`app ${app} has no user ${user}`);
  return row;
}
