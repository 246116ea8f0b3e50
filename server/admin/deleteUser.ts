import { deleteUser as deleteUserData, exportUser } from '../accounts/userData.ts';
import { recordActs } from '../audit/entries.ts';
import { unixNow } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withStore } from './withStore.ts';

interface DeleteOptions extends UserOptions {
  yes?: true;
}

const description = 'deletes a user and all that is held of it, for good; without --yes it only tells how many rows that are';

export const deleteUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('delete-user', description, terminal, (options: DeleteOptions) =>
      withStore(terminal, async (store) => ({ data: await store.transaction().execute((transaction) => remove(transaction, options)) })),
    ),
    terminal,
  ).option('--yes', 'delete');

async function remove(transaction: Store, options: DeleteOptions) {
  const user = await requireUser(transaction, options);
  const rows = Object.entries(await exportUser(transaction, user)).map(([table, { length }]) => [table, length]);
  if (options.yes) {
    await deleteUserData(transaction, user);
    // After it, so that this one entry stays; it holds no more than the id.
    await recordActs(transaction, user.app_id, unixNow(), { event: 'user_deleted', userId: user.id });
  }
  return { [options.yes ? 'deleted' : 'would_delete']: Object.fromEntries(rows) };
}
