import type { components } from '../../generated/types.ts';
import { logIn } from '../accounts/logIn.ts';
import type { LoginMethod } from '../config/apps.ts';
import type { RequestContext } from '../operations.ts';
import type { Transaction } from '../store/tenant.ts';

/**
 * Logs a user in without a platform. The response has the fields of the user and of the session side by side.
 *
 * @param findUser finds or creates the user, in the transaction that also opens the session
 */
export async function logInLocally(
  { tenant, services }: RequestContext,
  method: LoginMethod,
  findUser: (tx: Transaction) => Promise<number>,
): Promise<{ status: 201; body: components['schemas']['Session'] }> {
  const { user, session } = await logIn(tenant, services.audit, { platform: null, method }, findUser);
  return { status: 201, body: { ...user, ...session } };
}
