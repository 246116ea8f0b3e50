import { InvalidArgumentError } from 'commander';
import { banUser as ban } from '../accounts/bans.ts';
import { toIso } from '../process/time.ts';
import type { Transaction } from '../store/tenant.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { lockAccount } from './lockAccount.ts';
import { timeReader } from './readTime.ts';
import { withTransaction } from './withStore.ts';

interface BanOptions extends UserOptions {
  reason: string;
  until?: number;
}

const description = 'Ban a user. Sessions and logins are refused from the next request on (403 user_banned). Replaces an earlier ban.';

export const banUser: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('ban-user', description, terminal, (options: BanOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: await banAccount(tx, options) })),
    ),
    terminal,
  )
    .requiredOption('--reason <text>', 'reason for operators, shown by find-user and not to the user', readReason)
    .option('--until <time>', 'end of the ban: 2026-12-31, 2026-12-31T08:00:00Z, or from now: 24h, 7d; permanent if absent', timeReader(1));

async function banAccount(tx: Transaction, options: BanOptions) {
  const { reason, until = null } = options;
  if (until !== null && until <= tx.now()) throw new Error('--until is over already');
  const user = await lockAccount(tx, options);
  await ban(tx, user, { reason, until });
  return { banned: user.id, reason, until: until === null ? null : toIso(until) };
}

/** Maximum length of the column. */
const longest = 256;

function readReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > longest) throw new InvalidArgumentError(`It must be a text of 1 to ${longest} characters.`);
  return reason;
}
