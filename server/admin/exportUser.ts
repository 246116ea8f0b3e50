import { exportUser as readUserData } from '../accounts/userData.ts';
import { recordActs } from '../audit/entries.ts';
import type { Transaction } from '../store/tenant.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withTransaction } from './withStore.ts';

const description = 'Print all data of a user, by table, without secrets. Times are unix seconds.';

export const exportUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('export-user', description, terminal, (options: UserOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: await read(tx, options) })),
    ),
    terminal,
  );

async function read(tx: Transaction, options: UserOptions) {
  const user = await requireUser(tx.store, options);
  await recordActs(tx, { event: 'user_exported', userId: user.id });
  return readUserData(tx, user);
}
