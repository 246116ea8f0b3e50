import type { Store, UserRow } from '../store/schema.ts';
import type { UserOptions } from './command.ts';

/** @throws if the app has no such user, or it was merged into another one, whom the error names */
export async function requireUser(store: Store, options: UserOptions): Promise<UserRow> {
  const row = await requireRow(store, options);
  if (row.merged_into !== null) throw new Error(`user ${row.id} was merged into user ${row.merged_into}: give that id`);
  return row;
}

/** The same for a user who may have been merged. @throws if the app has no such user */
export async function requireRow(store: Store, { app, user }: UserOptions): Promise<UserRow> {
  const row = await store.selectFrom('users').selectAll().where('tenant_id', '=', app).where('id', '=', user).executeTakeFirst();
  if (!row) throw new Error(`app ${app} has no user ${user}`);
  return row;
}
