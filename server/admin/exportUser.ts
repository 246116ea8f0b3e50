import { exportUser as readUserData } from '../accounts/userData.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withStore } from './withStore.ts';

const description = 'prints all that is held of a user, by table, without secrets; times are unix seconds';

export const exportUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('export-user', description, terminal, (options: UserOptions) =>
      withStore(terminal, async (store) => ({ data: await readUserData(store, await requireUser(store, options)) })),
    ),
  );
