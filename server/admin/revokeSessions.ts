import type { Store } from '../store/store.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withStore } from './withStore.ts';

interface RevokeOptions extends UserOptions {
  session?: string;
}

const description = 'ends all sessions of a user, or one: the next request with it is answered 401';

export const revokeSessions: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('revoke-sessions', description, terminal, (options: RevokeOptions) =>
      withStore(terminal, async (store) => ({ data: { revoked: await revoke(store, options) } })),
    ),
  ).option('--session <session>', 'this one only, as list-sessions names it');

async function revoke(store: Store, { app, user, session }: RevokeOptions): Promise<number> {
  await requireUser(store, { app, user });
  const all = store.deleteFrom('sessions').where('app_id', '=', app).where('user_id', '=', user);
  const { numDeletedRows } = await (session === undefined ? all : all.where('token_hash', '=', session)).executeTakeFirstOrThrow();
  if (session !== undefined && numDeletedRows === 0n) throw new Error(`user ${user} has no session ${session}`);
  return Number(numDeletedRows);
}
