import type { App, LoginMethod } from '../config/apps.ts';
import type { Services } from '../services.ts';
import type { Store, UserRow } from '../store/schema.ts';
import { provedOf } from './claims.ts';
import { findVerifiedOwner } from './loginNames.ts';

/** What an app lets people log in by, and what the server can send. */
interface Methods {
  app: Pick<App, 'login_methods' | 'platforms'>;
  services: Pick<Services, 'sms' | 'mailer'>;
}

/**
 * Whether a user can still log in. Everything that takes something away asks this of what it leaves behind: an identity, a name with a
 * password, a proved number, which is sent a code, or a proved address, which is mailed a reset.
 *
 * @param user the row after the change
 * @param methods undefined when nobody knows them, and then everything counts
 */
export async function canLogIn(store: Store, user: UserRow, methods?: Methods): Promise<boolean> {
  const enables = (method: LoginMethod) => methods?.app.login_methods.includes(method) ?? true;
  const sends = (what: 'sms' | 'mailer') => !methods || methods.services[what] !== undefined;
  if (provedOf(user, 'phone') !== null && enables('sms') && sends('sms')) return true;
  if (provedOf(user, 'email') !== null && enables('email') && sends('mailer')) return true;
  if (user.password_hash !== null && (await hasName(store, user, enables))) return true;
  const identities = await store
    .selectFrom('identities')
    .select('platform')
    .where('app_id', '=', user.app_id)
    .where('user_id', '=', user.id)
    .execute();
  return identities.some(({ platform }) => !methods || platform in methods.app.platforms);
}

/** A claimed address or number is a name to log in with unless somebody else has proved it. */
async function hasName(store: Store, user: UserRow, enables: (method: LoginMethod) => boolean): Promise<boolean> {
  if (user.username !== null && enables('username')) return true;
  for (const kind of ['email', 'phone'] as const) {
    if (!enables(kind)) continue;
    if (provedOf(user, kind) !== null) return true;
    const claimed = user[kind];
    if (claimed !== null && (await findVerifiedOwner(store, user.app_id, kind, claimed)) === undefined) return true;
  }
  return false;
}
