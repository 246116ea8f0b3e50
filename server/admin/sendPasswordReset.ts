import { findResettable, verifiedOf } from '../accounts/claims.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { recordActs } from '../audit/entries.ts';
import { tenantIdOf } from '../config/pools.ts';
import { readMail } from '../config/settings.ts';
import { links, mailLinks } from '../mail/links.ts';
import { createMailer } from '../mail/mailer.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Tenant } from '../store/tenant.ts';
import { createCircuits } from '../upstream/circuits.ts';
import { addUserOptions, type CommandMaker, defineCommand, type UserOptions } from './command.ts';
import { configuredApps } from './configuredApps.ts';
import { mailFault } from './mailFault.ts';
import { openVault } from './openVault.ts';
import { requireUser } from './requireUser.ts';
import type { Terminal } from './terminal.ts';
import { withTenant } from './withStore.ts';

const description =
  'Mail a user the link for a new password, as the user can request it in the app. It goes to the address that the user has verified, or ' +
  'claims if nothing is verified.';

export const sendPasswordReset: CommandMaker = (terminal) =>
  addUserOptions(
    defineCommand('send-password-reset', description, terminal, (options: UserOptions) =>
      withTenant(terminal, options.app, async (tenant) => ({ data: await send(terminal, tenant, options) })),
    ),
    terminal,
  );

async function send(terminal: Terminal, tenant: Tenant, options: UserOptions) {
  const { publicUrl, ...settings } = readMail(terminal.env);
  const user = await requireUser(tenant.store, options);
  const userId = user.id;
  const address = verifiedOf(user, 'email') ?? user.email;
  if (address === null) throw new Error(`user ${userId} has no e-mail address`);
  if (!(await findResettable(tenant, normalizeLoginName('email', address))).includes(userId))
    throw new Error(`user ${userId} has not verified ${address}, and another user has, or the user has verified a phone number`);
  const [pool] = tenant.id.split('/');
  const app = configuredApps(terminal).find((each) => tenantIdOf(each) === pool);
  if (!app) throw new Error(`--app: APPS_FILE has no app of the pool ${pool}, whose page the link opens`);
  const { log } = tenant;
  const services = { mailer: createMailer(settings), publicUrl, circuits: createCircuits(log), metrics: createMetrics() };
  try {
    await mailLinks({ ...tenant, vault: openVault(terminal.env) }, app, services, 'reset', address, [{ userId }]);
  } catch (error) {
    throw mailFault(error, address);
  }
  await recordActs(tenant, { event: 'password_reset_requested', userId });
  return { sent: address, valid_for_seconds: links.reset.lifetime };
}
