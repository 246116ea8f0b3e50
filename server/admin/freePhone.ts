import { releaseNumber } from '../accounts/claims.ts';
import { findVerifiedOwner, lockNames } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { lockUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import type { Transaction } from '../store/tenant.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withTransaction } from './withStore.ts';

interface FreeOptions {
  app: string;
  phone: string;
  yes?: true;
}

const description =
  'Release a phone number from the user who verified it. Its new holder can then verify it; the user keeps all other login methods.';

export const freePhone: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('free-phone', description, terminal, (options: FreeOptions) =>
      withTransaction(terminal, options.app, async (tx) => ({ data: await free(tx, options) })),
    ),
    terminal,
  )
    .requiredOption('--phone <phone>', 'phone number')
    .option('--yes', "even if it is the user's only login method");

async function free(tx: Transaction, { app, phone: text, yes }: FreeOptions) {
  const phone = await canonicalPhone(text);
  if (phone === undefined) throw new Error(`${text} is not a phone number`);
  await lockNames(tx, [{ kind: 'phone', value: phone }]);
  const owner = await findVerifiedOwner(tx, 'phone', phone);
  if (owner === undefined) throw new Error(`no user of app ${app} has verified ${phone}: it is free`);
  const after = await releaseNumber(tx, await lockUser(tx, owner));
  if (!yes && !(await canLogIn(tx, after))) {
    throw new Error(`${phone} is the only login method of user ${owner}; use --yes to release it anyway`);
  }
  await recordActs(tx, { event: 'phone_released', userId: owner });
  return { freed: phone, from_user: owner };
}
