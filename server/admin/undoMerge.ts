import { undoMerge as undo } from '../merging/undo.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { openVault } from './openVault.ts';
import { requireRow } from './requireUser.ts';
import { withTransaction } from './withStore.ts';

const description =
  'Undo a merge of the last seven days. The merged user gets its identities, names and data back. All sessions of both accounts end.';

export const undoMerge: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('undo-merge', description, terminal, (options: UserOptions) =>
      withTransaction(terminal, options.app, async (tx) => {
        await requireRow(tx.store, options);
        return { data: await undo({ ...tx, vault: openVault(terminal.env) }, options.user) };
      }),
    ),
    terminal,
  );
