import { sendTestEvent as send } from '../webhooks/testEvent.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withTenant } from './withStore.ts';

interface TestOptions {
  app: string;
  endpoint: string;
}

const description =
  'Send a test event to a webhook endpoint, signed like every event. A running server sends it; list-deliveries has the outcome.';

export const sendTestEvent: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('send-test-event', description, terminal, ({ app, endpoint }: TestOptions) =>
      withTenant(terminal, app, async (tenant) => {
        const names = tenant.endpoints.map(({ name }) => name);
        if (!names.includes(endpoint))
          throw new Error(`--endpoint: app ${app} has ${names.join(', ') || 'no endpoint'} in APPS_FILE, not ${endpoint}`);
        return { data: await send(tenant, endpoint) };
      }),
    ),
    terminal,
  ).requiredOption('--endpoint <name>', 'name of the endpoint in APPS_FILE; the host of its address if it has none');
