import { Option } from 'commander';
import { recordActs } from '../audit/entries.ts';
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

async function rename(tenant: Tenant, options: RenameOptions) {
  const counts = { renamed: 0, left: 0 };
  for (let last = ''; ; ) {
    const { openids, renamed } = await inTransaction(tenant, (tx) => renameBatch(tx, options, last));
    counts.renamed += renamed;
    counts.left += openids.length - renamed;
    const end = openids.at(-1);
    if (end === undefined) return counts;
    last = end;
  }
}

/** @param last last openid of the previous batch */
async function renameBatch(tx: Transaction, { platform, from, to }: RenameOptions, last: string) {
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
