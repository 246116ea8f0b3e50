import { toIso } from '../process/time.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withTenant } from './withStore.ts';

export const listKeys: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand(
      'list-keys',
      "List the keys of an app's own servers, with the time of their last use, accurate to a minute.",
      terminal,
      ({ app }: { app: string }) =>
        withTenant(terminal, app, async ({ store }) => {
          const keys = await store
            .selectFrom('server_keys')
            .select(['id', 'client_id', 'name', 'scopes', 'created_at', 'last_used_at'])
            .where('tenant_id', '=', app)
            .orderBy('created_at')
            .orderBy('id')
            .execute();
          const data = keys.map(({ scopes, created_at, last_used_at, ...key }) => ({
            ...key,
            scopes: scopes.split(' '),
            created_at: toIso(created_at),
            last_used_at: last_used_at === null ? null : toIso(last_used_at),
          }));
          return { data };
        }),
    ),
    terminal,
  );
