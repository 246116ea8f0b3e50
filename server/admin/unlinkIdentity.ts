import { Option } from 'commander';
import { unlinkPlatform } from '../accounts/unlinking.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { identityPlatforms } from '../platforms/index.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { lockAccount } from './lockAccount.ts';
import { requireOne } from './requireOne.ts';
import { withTransaction } from './withStore.ts';

interface UnlinkOptions extends UserOptions {
  platform: IdentityPlatform;
  platformApp?: string;
  yes?: true;
}

const description =
  "Remove a platform identity from a user. The sessions that the platform's logins opened end, and the person's next login creates a new user.";

export const unlinkIdentity: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('unlink-identity', description, terminal, (options: UnlinkOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: await unlink(tx, options) })),
    ),
    terminal,
  )
    .addOption(new Option('--platform <platform>', 'platform of the identity').choices(identityPlatforms).makeOptionMandatory())
    .option('--platform-app <app id>', "the platform app's id, if the user has identities in several")
    .option('--yes', "even if it is the user's only login method");

async function unlink(tx: Transaction, { app, user, platform, platformApp, yes }: UnlinkOptions) {
  const row = await lockAccount(tx, { app, user });
  const unlinked = requireOne(
    await tx.store
      .selectFrom('identities')
      .select(['platform', 'platform_app_id', 'openid'])
      .where('tenant_id', '=', app)
      .where('user_id', '=', user)
      .where('platform', '=', platform)
      .execute(),
    platformApp,
    `user ${user} has no identity on ${platform}`,
  );
  const sessions_ended = await unlinkPlatform(tx, user, platform, unlinked.platform_app_id);
  if (!yes && !(await canLogIn(tx, row))) {
    throw new Error(`${platform} is the only login method of user ${user}; use --yes to remove it anyway`);
  }
  return { unlinked, sessions_ended };
}
