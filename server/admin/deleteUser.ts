import { deleteUser as deleteUserData, exportUser } from '../accounts/userData.ts';
import { recordActs } from '../audit/entries.ts';
import type { Transaction } from '../store/tenant.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withTransaction } from './withStore.ts';

interface DeleteOptions extends UserOptions {
  yes?: true;
}

const description = 'Delete a user and all its data permanently. Without --yes, only shows the number of rows.';

export const deleteUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('delete-user', description, terminal, (options: DeleteOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: await remove(tx, options) })),
    ),
    terminal,
  ).option('--yes', 'delete the data');

async function remove(tx: Transaction, options: DeleteOptions) {
  const user = await requireUser(tx.store, options);
  const rows = Object.entries(await exportUser(tx, user)).map(([table, { length }]) => [table, length]);
  if (options.yes) {
    await deleteUserData(tx, user);
    // After the deletion, so that this entry remains; it contains only the id.
    await recordActs(tx, { event: 'user_deleted', userId: user.id });
  }
  return { [options.yes ? 'deleted' : 'would_delete']: Object.fromEntries(rows) };
}
