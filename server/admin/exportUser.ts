import { exportUser as readUserData } from '../accounts/userData.ts';
import { recordActs } from '../audit/entries.ts';
import { unixNow } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withStore } from './withStore.ts';

const description = 'prints all that is held of a user, by table, without secrets; times are unix seconds';

export const exportUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('export-user', description, terminal, (options: UserOptions) =>
      withStore(terminal, async (store) => ({ data: await store.transaction().execute((transaction) => read(transaction, options)) })),
    ),
    terminal,
  );

async function read(transaction: Store, options: UserOptions) {
  const user = await requireUser(transaction, options);
  await recordActs(transaction, user.app_id, unixNow(), { event: 'user_exported', userId: user.id });
  return readUserData(transaction, user);
}
