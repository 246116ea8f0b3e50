import { Option } from 'commander';
import { webhookEvents } from '../../generated/webhooks.ts';
import { toIso } from '../process/time.ts';
import { deliveryStates } from '../store/schema.ts';
import { type DeliveryFilter, listDeliveries as list } from '../webhooks/deliveries.ts';
import { addAppOption, type CommandMaker, defineCommand, readCount, readUserId } from './command.ts';
import { sinceOption, untilOption } from './readTime.ts';
import { withTenant } from './withStore.ts';

interface ListOptions extends Omit<DeliveryFilter, 'user_id'> {
  app: string;
  user?: number;
  limit: number;
  after?: number;
}

const description = 'List deliveries of events to webhook endpoints, latest first, with the last status and problem of each.';

export const listDeliveries: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('list-deliveries', description, terminal, ({ app, user, limit, after, ...filter }: ListOptions) =>
      withTenant(terminal, app, async (tenant) => {
        const { objects, next } = await list(tenant, { ...filter, user_id: user }, { limit, after });
        const deliveries = objects.map(({ created_at, attempted_at, ...delivery }) => ({
          ...delivery,
          created_at: toIso(created_at),
          attempted_at: attempted_at === null ? null : toIso(attempted_at),
        }));
        return { data: { deliveries, next } };
      }),
    ),
    terminal,
  )
    .option('--endpoint <name>', 'only to this endpoint')
    .addOption(new Option('--state <state>', 'only in this state').choices(deliveryStates))
    .addOption(new Option('--type <type>', 'only events of this type').choices(Object.keys(webhookEvents)))
    .option('--user <id>', 'only about this user', readUserId)
    .addOption(sinceOption('deliveries'))
    .addOption(untilOption('deliveries'))
    .option('--limit <count>', 'maximum number of deliveries', readCount, 20)
    .option('--after <id>', 'the `next` of the previous list', readUserId);
