import type { LoginMethod } from '../config/apps.ts';
import { isOfApp } from '../platforms/hostApps.ts';
import { provableKinds, type UserRow } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';
import { verifiedOf } from './claims.ts';
import { findVerifiedOwner } from './loginNames.ts';
import type { AccountPolicy } from './policy.ts';

/**
 * Whether a user can log in: with an identity, a name and a password, a verified number, which can be sent a code, or a verified address,
 * which can be mailed a reset. Every removal of a way to log in checks this.
 *
 * @param user the row after the change
 * @param policy if absent, every method counts as enabled
 */
export async function canLogIn(tenant: TenantRows, user: UserRow, policy?: Pick<AccountPolicy, 'app' | 'canSend'>): Promise<boolean> {
  const enables = (method: LoginMethod) => policy?.app.login_methods.includes(method) ?? true;
  const canSend = policy?.canSend ?? { sms: true, mail: true };
  if (verifiedOf(user, 'phone') !== null && enables('sms') && canSend.sms) return true;
  if (verifiedOf(user, 'email') !== null && enables('email') && canSend.mail) return true;
  if (user.password_hash !== null && (await hasName(tenant, user, enables))) return true;
  const identities = await tenant.store
    .selectFrom('identities')
    .select(['platform', 'platform_app_id'])
    .where('tenant_id', '=', tenant.id)
    .where('user_id', '=', user.id)
    .execute();
  const isEnabled = ({ platform, platform_app_id }: (typeof identities)[number], { app }: Pick<AccountPolicy, 'app'>) =>
    app.poolPlatformApps.some((platformApps) => isOfApp(platformApps[platform], platform_app_id));
  return identities.some((identity) => !policy || isEnabled(identity, policy));
}

/** Whether the user has a login name. A claimed address or number is one unless another user has verified it. */
async function hasName(tenant: TenantRows, user: UserRow, enables: (method: LoginMethod) => boolean): Promise<boolean> {
  if (user.username !== null && enables('username')) return true;
  for (const kind of provableKinds) {
    if (!enables(kind)) continue;
    if (verifiedOf(user, kind) !== null) return true;
    const claimed = user[kind];
    if (claimed !== null && (await findVerifiedOwner(tenant, kind, claimed)) === undefined) return true;
  }
  return false;
}
