import { Option } from 'commander';
import { closeSessions } from '../accounts/sessions.ts';
import { lockUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { identityPlatforms } from '../platforms/index.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import { isUniqueViolation } from '../store/store.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { addAppOption, type CommandMaker, defineCommand, readUserId } from './command.ts';
import { lockAccount } from './lockAccount.ts';
import { requireOne } from './requireOne.ts';
import { withTransaction } from './withStore.ts';

interface MoveOptions {
  app: string;
  platform: IdentityPlatform;
  platformApp?: string;
  openid: string;
  toOpenid?: string;
  toUnionid?: string;
  toUser?: number;
  yes?: true;
}

const description =
  'Change the openid, unionid or user of a platform identity. Openids change, for example, when a mini-program is transferred to another ' +
  'company. If the user changes, the sessions that the identity opened for the previous user end.';

export const moveIdentity: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('move-identity', description, terminal, (options: MoveOptions, command) => {
      if (options.toOpenid === undefined && options.toUser === undefined) command.error('error: --to-openid or --to-user is needed');
      return withTransaction(terminal, options.app, async (tx) => ({ data: await move(tx, options) }));
    }),
    terminal,
  )
    .addOption(new Option('--platform <platform>', 'platform of the identity').choices(identityPlatforms).makeOptionMandatory())
    .option('--platform-app <app id>', "the platform app's id, if several of the pool have the openid")
    .requiredOption('--openid <openid>', 'the stored openid')
    .option('--to-openid <openid>', 'the new openid')
    .option('--to-unionid <unionid>', 'the new unionid')
    .option('--to-user <id>', 'the new user', readUserId)
    .option('--yes', "even if it is the previous user's only login method");

async function move(tx: Transaction, { app, platform, platformApp, openid, toOpenid = openid, toUnionid, toUser, yes }: MoveOptions) {
  const identity = requireOne(
    await tx.store
      .selectFrom('identities')
      // `created_at` keeps SQLite from a scan of the tenant in the index that covers the rest.
      .select(['user_id', 'unionid', 'platform_app_id', 'created_at'])
      .where('tenant_id', '=', app)
      .where('platform', '=', platform)
      .where('openid', '=', openid)
      .execute(),
    platformApp,
    `app ${app} has no identity ${openid} on ${platform}`,
  );
  const userId = toUser ?? identity.user_id;
  for (const user of [identity.user_id, userId].toSorted((a, b) => a - b)) await lockAccount(tx, { app, user });
  await tx.store
    .updateTable('identities')
    // A session key is sealed for the openid.
    .set({ openid: toOpenid, unionid: toUnionid ?? identity.unionid, user_id: userId, ...(toOpenid !== openid && { session_key: null }) })
    .where('tenant_id', '=', app)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', identity.platform_app_id)
    .where('openid', '=', openid)
    .execute()
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new Error(`another user of app ${app} has the openid ${toOpenid} on ${platform}, or user ${userId} has another one there`);
    });
  const moved = { platform, platform_app_id: identity.platform_app_id, openid: toOpenid, user: userId };
  if (userId === identity.user_id) {
    await recordActs(tx, { event: 'identity_renamed', userId, method: platform });
    return { moved, sessions_ended: 0 };
  }
  const earlier = await lockUser(tx, identity.user_id);
  if (!yes && !(await canLogIn(tx, earlier))) {
    throw new Error(`${platform} is the only login method of user ${earlier.id}; use --yes to move it anyway`);
  }
  const sessions_ended = await closeSessions(tx, earlier.id, { platform });
  for (const id of [earlier.id, userId]) await recordActs(tx, { event: 'identity_moved', userId: id, method: platform });
  const app_id = identity.platform_app_id;
  await recordEvents(
    tx,
    { type: 'user.unlinked', data: { user_id: earlier.id, platform, app_id } },
    { type: 'user.linked', data: { user_id: userId, platform, app_id } },
  );
  return { moved, from_user: earlier.id, sessions_ended };
}
