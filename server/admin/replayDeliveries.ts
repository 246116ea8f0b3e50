import { Option } from 'commander';
import type { Tenant } from '../store/tenant.ts';
import { type ReplayFilter, replayDeliveries as replay } from '../webhooks/replay.ts';
import { addAppOption, type CommandMaker, defineCommand, readUserId } from './command.ts';
import { sinceOption, untilOption } from './readTime.ts';
import { withTenant } from './withStore.ts';

interface ReplayOptions extends Omit<ReplayFilter, 'delivery_ids'> {
  app: string;
  delivery?: number[];
}

const description =
  'Send the events of deliveries again, the oldest first, with their old ids. Without --state, delivered and parked ones; those that are still pending are left alone.';

export const replayDeliveries: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('replay-deliveries', description, terminal, ({ app, delivery, ...filter }: ReplayOptions, command) => {
      if (delivery === undefined && filter.endpoint === undefined && filter.since === undefined)
        command.error('error: --delivery, --endpoint or --since is needed');
      return withTenant(terminal, app, async (tenant) => ({
        data: { replayed: await replayAll(tenant, { ...filter, delivery_ids: delivery }) },
      }));
    }),
    terminal,
  )
    .option('--delivery <id>', 'one delivery of list-deliveries; may be repeated', readIds)
    .option('--endpoint <name>', 'those to this endpoint')
    .addOption(new Option('--state <state>', 'those in this state').choices(['delivered', 'parked']))
    .addOption(sinceOption('events'))
    .addOption(untilOption('events'));

const readIds = (text: string, before: number[] = []): number[] => [...before, readUserId(text)];

async function replayAll(tenant: Tenant, filter: ReplayFilter): Promise<number> {
  let count = 0;
  let after: number | undefined;
  do {
    const { replayed, next } = await replay(tenant, filter, after);
    count += replayed;
    after = next ?? undefined;
  } while (after !== undefined);
  return count;
}
