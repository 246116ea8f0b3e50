import { Option } from 'commander';
import { errorCodes } from '../../generated/errors.ts';
import { searchAudit } from '../audit/search.ts';
import { toIso } from '../process/time.ts';
import { type AuditEvent, auditEvents } from '../store/schema.ts';
import { addAppOption, type CommandMaker, defineCommand, readCount, readUserId } from './command.ts';
import { sinceOption, untilOption } from './readTime.ts';
import { withTenant } from './withStore.ts';

interface AuditOptions {
  app: string;
  user?: number;
  event?: AuditEvent;
  error?: string;
  ip?: string;
  requestId?: string;
  since?: number;
  until?: number;
  limit: number;
}

const description = 'Show logins, failed logins, logouts and changes of accounts, latest first.';

export const audit: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('audit', description, terminal, ({ app, user, error, ...search }: AuditOptions) =>
      withTenant(terminal, app, async (tenant) => {
        const entries = await searchAudit(tenant, {
          ...(user !== undefined && { userId: user }),
          ...(error !== undefined && { errorCode: error }),
          ...search,
        });
        if (entries.length === search.limit)
          terminal.errors(`Only the latest ${search.limit} entries. There may be earlier ones: --until, --limit.\n`);
        return { data: entries.map(({ tenant_id, id, at, ...entry }) => ({ at: toIso(at), ...entry })) };
      }),
    ),
    terminal,
  )
    .option('--user <id>', 'only of this user', readUserId)
    .addOption(new Option('--event <event>', 'only of this kind').choices(auditEvents))
    .addOption(
      new Option('--error <code>', 'only failures with this error code, such as unionid_conflict').choices(Object.keys(errorCodes)),
    )
    .option('--ip <address>', 'only from this address')
    .option('--request-id <id>', 'only of this request')
    .addOption(sinceOption('entries'))
    .addOption(untilOption('entries'))
    .option('--limit <count>', 'maximum number of entries', readCount, 100);
