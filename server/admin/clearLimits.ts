import { recordActs } from '../audit/entries.ts';
import type { Transaction } from '../store/tenant.ts';
import { appDescription, type CommandMaker, defineCommand } from './command.ts';
import { tenantNamed } from './tenantNamed.ts';
import { withTransaction } from './withStore.ts';

interface ClearOptions {
  app: string;
  limit?: string[];
}

/** Counted in the identity's row. */
const identity = 'identity';
/** Counted by platform app, which several apps may share. */
const sealedIdentity = 'sealed_identity';

const description = "Reset an app's rate limits and message allowances, e.g. after a wrong clock or a mistaken lockout.";

export const clearLimits: CommandMaker = (terminal) =>
  defineCommand('clear-limits', description, terminal, (options: ClearOptions) =>
    withTransaction(terminal, tenantNamed(terminal.env, options.app), async (tx) => ({ data: { cleared: await clear(tx, options) } })),
  )
    .requiredOption('--app <id>', appDescription)
    .option('--limit <names...>', 'only these limits, by their names in a 429 or its log line; allowances are sms_minute, sms_day …');

async function clear(tx: Transaction, { app, limit }: ClearOptions): Promise<Record<string, number>> {
  const counts = tx.store
    .deleteFrom('rate_limits')
    // Some limits are counted for the app, others for its pool.
    .where(({ or, eb }) => or([eb('tenant_id', 'in', [app, tx.id]), eb('limit_name', '=', sealedIdentity)]))
    .returning('limit_name');
  const deleted = await (limit ? counts.where('limit_name', 'in', limit) : counts).execute();
  const cleared: Record<string, number> = {};
  for (const { limit_name } of deleted) cleared[limit_name] = (cleared[limit_name] ?? 0) + 1;
  if (!limit || limit.includes(identity)) {
    const { numUpdatedRows } = await tx.store
      .updateTable('identities')
      .set({ exchanges: 0, exchanges_until: 0 })
      .where('tenant_id', '=', tx.id)
      .where('exchanges_until', '>', tx.now())
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) cleared[identity] = Number(numUpdatedRows);
  }
  await recordActs(tx, { event: 'limits_cleared', userId: undefined });
  return cleared;
}
