import { releaseNumber } from '../accounts/claims.ts';
import { findVerifiedOwner, lockNames } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { lockUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { unixNow } from '../process/time.ts';
import type { Store } from '../store/schema.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { withStore } from './withStore.ts';

interface FreeOptions {
  app: string;
  phone: string;
  yes?: true;
}

const description =
  'takes a number from the user who proved it, so that its new holder can prove it; the user keeps all other ways to log in';

export const freePhone: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('free-phone', description, terminal, (options: FreeOptions) =>
      withStore(terminal, async (store) => ({ data: await store.transaction().execute((transaction) => free(transaction, options)) })),
    ),
    terminal,
  )
    .requiredOption('--phone <phone>', 'the number')
    .option('--yes', "even where it is the user's only way to log in");

async function free(transaction: Store, { app, phone: given, yes }: FreeOptions) {
  const phone = await canonicalPhone(given);
  if (phone === undefined) throw new Error(`${given} is no phone number`);
  await lockNames(transaction, app, [{ kind: 'phone', value: phone }]);
  const owner = await findVerifiedOwner(transaction, app, 'phone', phone);
  if (owner === undefined) throw new Error(`nobody in app ${app} has proved ${phone}: it is free`);
  const after = await releaseNumber(transaction, await lockUser(transaction, app, owner, unixNow()));
  if (!yes && !(await canLogIn(transaction, after))) {
    throw new Error(`${phone} is the only way to log in that user ${owner} has; --yes frees it all the same`);
  }
  await recordActs(transaction, app, unixNow(), { event: 'phone_released', userId: owner });
  return { freed: phone, from_user: owner };
}
