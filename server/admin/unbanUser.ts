import { unbanUser as unban } from '../accounts/bans.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { lockAccount } from './lockAccount.ts';
import { withTransaction } from './withStore.ts';

export const unbanUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('unban-user', 'End a ban. Sessions that have not expired are valid again.', terminal, (options: UserOptions) =>
      withTransaction(terminal, options.app, async (tx) => {
        const user = await lockAccount(tx, options);
        if (user.state !== 'banned') throw new Error(`user ${user.id} is not banned`);
        await unban(tx, user);
        return { data: { unbanned: user.id } };
      }),
    ),
    terminal,
  );
