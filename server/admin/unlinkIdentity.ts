import { Option } from 'commander';
import { lockUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { platforms } from '../platforms/index.ts';
import { unixNow } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { requireUser } from './requireUser.ts';
import { withStore } from './withStore.ts';

interface UnlinkOptions extends UserOptions {
  platform: string;
  yes?: true;
}

const description =
  "takes a platform's identity from a user and ends the sessions that it opened; the person's next login makes a new user";

export const unlinkIdentity: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('unlink-identity', description, terminal, (options: UnlinkOptions) =>
      withStore(terminal, async (store) => ({ data: await store.transaction().execute((transaction) => unlink(transaction, options)) })),
    ),
    terminal,
  )
    .addOption(new Option('--platform <platform>', 'whose identity').choices(Object.keys(platforms)).makeOptionMandatory())
    .option('--yes', "even where it is the user's only way to log in");

async function unlink(transaction: Store, { app, user, platform, yes }: UnlinkOptions) {
  await requireUser(transaction, { app, user });
  const row = await lockUser(transaction, app, user, unixNow());
  const unlinked = await transaction
    .deleteFrom('identities')
    .where('app_id', '=', app)
    .where('user_id', '=', user)
    .where('platform', '=', platform)
    .returning(['platform', 'openid'])
    .executeTakeFirst();
  if (!unlinked) throw new Error(`user ${user} has no identity on ${platform}`);
  if (!yes && !(await canLogIn(transaction, row))) {
    throw new Error(`${platform} is the only way to log in that user ${user} has; --yes unlinks it all the same`);
  }
  const { numDeletedRows } = await transaction
    .deleteFrom('sessions')
    .where('app_id', '=', app)
    .where('user_id', '=', user)
    .where('platform', '=', platform)
    .executeTakeFirstOrThrow();
  await recordActs(transaction, app, unixNow(), { event: 'identity_unlinked', userId: user, method: platform });
  return { unlinked, sessions_ended: Number(numDeletedRows) };
}
