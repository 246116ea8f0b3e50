import { Option } from 'commander';
import { recordActs } from '../audit/entries.ts';
import { isOfApp } from '../platforms/hostApps.ts';
import { identityPlatforms } from '../platforms/index.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withTenant } from './withStore.ts';

interface RenameOptions {
  app: string;
  platform: IdentityPlatform;
  from: string;
  to: string;
}

/** Rows per transaction: few, so that logins hardly wait. */
const batchSize = 200;

const description =
  "Change the app id of a platform app's identities. Use it only if the platform did not change their openids. People who already logged in " +
  'under the new id keep both identities.';

export const renamePlatformApp: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('rename-platform-app', description, terminal, (options: RenameOptions) =>
      withTenant(terminal, options.app, async (tenant) => ({ data: await rename(tenant, options) })),
    ),
    terminal,
  )
    .addOption(new Option('--platform <platform>', 'platform of the app').choices(identityPlatforms).makeOptionMandatory())
    .requiredOption('--from <app id>', 'the current app id')
    .requiredOption('--to <app id>', 'the new app id');

async function rename(tenant: Tenant, { platform, from, to }: RenameOptions) {
  const counts = { renamed: 0, left: 0 };
  for (const stored of await storedIdsOf(tenant, platform, from)) {
    const ids = { platform, from: stored, to: stored.replace(from, () => to) };
    for (let last: string | undefined = ''; last !== undefined; ) {
      const after: string = last;
      const { openids, renamed } = await inTransaction(tenant, (tx) => renameBatch(tx, ids, after));
      counts.renamed += renamed;
      counts.left += openids.length - renamed;
      last = openids.at(-1);
    }
  }
  return counts;
}

/** The platform app ids under which identities of an app are stored: one for each host app, if the platform has host apps. */
async function storedIdsOf({ id, store }: Tenant, platform: IdentityPlatform, appId: string): Promise<string[]> {
  const rows = await store
    .selectFrom('identities')
    .select('platform_app_id')
    .distinct()
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .execute();
  return rows.map(({ platform_app_id }) => platform_app_id).filter((stored) => isOfApp(appId, stored));
}

/** @param last last openid of the previous batch */
async function renameBatch(tx: Transaction, { platform, from, to }: Omit<RenameOptions, 'app'>, last: string) {
  const rows = await tx.store
    .selectFrom('identities')
    .select('openid')
    .where('tenant_id', '=', tx.id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', from)
    .where('openid', '>', last)
    .orderBy('openid')
    .limit(batchSize)
    .execute();
  const openids = rows.map(({ openid }) => openid);
  if (openids.length === 0) return { openids, renamed: 0 };
  const renamed = await tx.store
    .updateTable('identities')
    // Both are bound to the earlier app id.
    .set({ platform_app_id: to, session_key: null, sealed_numbers: null })
    .where('tenant_id', '=', tx.id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', from)
    .where('openid', 'in', openids)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identities as other')
            .select('other.openid')
            .where('other.tenant_id', '=', tx.id)
            .where('other.platform', '=', platform)
            .where('other.platform_app_id', '=', to)
            .where(({ or, eb, ref }) =>
              or([
                eb('other.openid', '=', ref('identities.openid')),
                eb('other.former_openid', '=', ref('identities.former_openid')),
                eb('other.user_id', '=', ref('identities.user_id')),
              ]),
            ),
        ),
      ),
    )
    .returning('user_id')
    .execute();
  await recordActs(tx, ...renamed.map(({ user_id: userId }) => ({ event: 'identity_renamed' as const, userId, method: platform })));
  return { openids, renamed: renamed.length };
}
