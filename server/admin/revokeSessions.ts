import { deleteAbandoned } from '../accounts/abandoned.ts';
import { recordActs } from '../audit/entries.ts';
import type { Transaction } from '../store/tenant.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { lockAccount } from './lockAccount.ts';
import { withTransaction } from './withStore.ts';

interface RevokeOptions extends UserOptions {
  session?: string;
}

const description = 'End all sessions of a user, or one. Their next request gets a 401.';

export const revokeSessions: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('revoke-sessions', description, terminal, (options: RevokeOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: { revoked: await revoke(tx, options) } })),
    ),
    terminal,
  ).option('--session <session>', 'end only this one (see list-sessions)');

async function revoke(tx: Transaction, { app, user, session }: RevokeOptions): Promise<number> {
  // Concurrent changes of a session commit before this, or find no session.
  await lockAccount(tx, { app, user });
  const all = tx.store.deleteFrom('sessions').where('tenant_id', '=', app).where('user_id', '=', user);
  const { numDeletedRows } = await (session === undefined ? all : all.where('token_hash', '=', session)).executeTakeFirstOrThrow();
  if (session !== undefined && numDeletedRows === 0n) throw new Error(`user ${user} has no session ${session}`);
  await deleteAbandoned(tx, [user]);
  await recordActs(tx, { event: 'sessions_revoked', userId: user });
  return Number(numDeletedRows);
}
