import { recordActs } from '../audit/entries.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withTransaction } from './withStore.ts';

interface RevokeKeyOptions {
  app: string;
  key: string;
}

export const revokeKey: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand(
      'revoke-key',
      'Revoke a key. The next request with it is refused (401 server_key_invalid).',
      terminal,
      ({ app, key }: RevokeKeyOptions) =>
        withTransaction(terminal, app, async (tx) => {
          const { numDeletedRows } = await tx.store
            .deleteFrom('server_keys')
            .where('tenant_id', '=', app)
            .where('id', '=', key)
            .executeTakeFirstOrThrow();
          if (numDeletedRows === 0n) throw new Error(`--key: ${app} has no key ${key}`);
          await recordActs(tx, { event: 'server_key_revoked', userId: undefined });
          return { data: { revoked: key } };
        }),
    ),
    terminal,
  ).requiredOption('--key <id>', 'id of the key (see list-keys)');
