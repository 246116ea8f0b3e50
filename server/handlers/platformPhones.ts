import type { components } from '../../generated/types.ts';
import { findHolder } from '../accounts/identities.ts';
import { findOrCreateUserByPhone, updatePhoneOf } from '../accounts/phones.ts';
import type { Session } from '../accounts/sessions.ts';
import { type CurrentUser, findRegisteredUser, loadCurrentUser } from '../accounts/users.ts';
import type { PlatformName } from '../apps.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import type { PhoneGrant, PhoneReader } from '../platforms/platform.ts';
import { withBusyRetry } from '../platforms/upstream.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { exchangeCode, lineTo } from './exchange.ts';
import { logIn } from './platformLogins.ts';

type PhoneLogin = PhoneGrant & { code: string; create_user?: boolean };
type UpdatePhone = PhoneGrant & { overwrite?: boolean };
type PlatformSession = components['schemas']['PlatformSession'];

/** Exchange the code, read the number, find or create the user, make the number the user's, open a session. */
export const phoneLogin =
  (platform: PlatformName, readPhone: PhoneReader) =>
  async ({ body, ...caller }: Caller & { body: PhoneLogin }): Promise<{ status: 201; body: PlatformSession }> => {
    const line = lineTo(platform, caller);
    const identity = await exchangeCode(line, body.code);
    const phone = await withBusyRetry(() => readPhone(body, identity, line.client.settings, line.upstream));
    const createUser = body.create_user !== false;
    return logIn(platform, caller, (services) =>
      findOrCreateUserByPhone(services, caller.appId, platform, identity, phone, { createUser }),
    );
  };

/**
 * Read the number with the session key of the user's latest code, make it the user's.
 *
 * The session is asked for here because Kuaishou's clients want a 403 where others want a 401 (wire.md, Request bodies).
 */
export const updatePhone =
  (platform: PlatformName, readPhone: PhoneReader) =>
  async ({
    body,
    session,
    ...caller
  }: Caller & { body: UpdatePhone; session: Session | undefined }): Promise<{ status: 200; body: CurrentUser }> => {
    if (!session) throw new ApiError('session_forbidden');
    const { appId, services } = caller;
    const { userId } = session;
    await findRegisteredUser(services.store, appId, userId);
    const { client, upstream } = lineTo(platform, caller);
    const holder = await findHolder(services, appId, userId, platform);
    const phone = await withBusyRetry(() => readPhone(body, holder, client.settings, upstream));
    await inTransaction(services, (within) => updatePhoneOf(within, appId, userId, phone, { overwrite: body.overwrite !== false }));
    return { status: 200, body: await loadCurrentUser(services.store, appId, userId, session.platform) };
  };
