import { toIso } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withTenant } from './withStore.ts';

export const listSessions: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('list-sessions', "List a user's sessions, latest first.", terminal, (options: UserOptions) =>
      withTenant(terminal, options.app, async ({ store }) => ({ data: await list(store, options) })),
    ),
    terminal,
  );

async function list(store: Store, { app, user }: UserOptions) {
  await requireUser(store, { app, user });
  const sessions = await store
    .selectFrom('sessions')
    .select(['token_hash', 'platform', 'created_at', 'expires_at'])
    .where('tenant_id', '=', app)
    .where('user_id', '=', user)
    .orderBy('created_at', 'desc')
    .orderBy('token_hash')
    .execute();
  return sessions.map(({ token_hash: session, platform, created_at, expires_at }) => ({
    session,
    platform,
    created_at: toIso(created_at),
    expires_at: toIso(expires_at),
  }));
}
