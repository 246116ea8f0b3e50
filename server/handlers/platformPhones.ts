import type { PlatformName } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { findHolder, findOwner, type IdentityTransaction } from '../accounts/identities.ts';
import { logIn } from '../accounts/logIn.ts';
import { lockNames } from '../accounts/loginNames.ts';
import { findOrCreateUserByPhone, givePhone } from '../accounts/phones.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { type CurrentUser, findRegisteredUser, loadCurrentUser } from '../accounts/users.ts';
import { ApiError, invalidField } from '../errors.ts';
import { withinOpenings } from '../limits/withinOpenings.ts';
import { accountPolicy } from '../mail/notices.ts';
import { offeringMerge } from '../merging/offer.ts';
import type { RequestContext } from '../operations.ts';
import type { GrantedPhone, LoginFields, PhoneClient, PhoneGrant, PhoneHolder, PlatformApp } from '../platforms/platform.ts';
import { withBusyRetry } from '../platforms/upstream.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { UserRow } from '../store/schema.ts';
import { type Connection, connectTo, exchangeCode, inHostAppOf, requireOwn, requireOwner } from './exchange.ts';
import { approveNewcomer } from './newcomers.ts';
import { answerLogin, loginOn } from './platformLogins.ts';

type PhoneLogin = LoginFields & PhoneGrant & { code?: string; create_user?: boolean };
type UpdatePhone = LoginFields & PhoneGrant & { code?: string; overwrite?: boolean };
type PlatformSession = components['schemas']['PlatformSession'];
type PhoneRequest<Body> = RequestContext & { body: Body; session: Session | undefined };

/**
 * Exchange the code, read the number, find or create the user, assign the number, open a session. Without a code, the number is assigned
 * to the session's user.
 */
export const phoneLogin = loginOn(
  async (
    platform: PlatformName,
    { body: sent, session, ...context }: PhoneRequest<PhoneLogin>,
  ): Promise<{ status: 201; body: PlatformSession }> => {
    const connection = connectTo(platform, context);
    const phones = phonesOf(connection);
    const body = withUsableCode(phones, sent);
    if (body.code === undefined) return logInWithSession(connection, body, session);
    const identity = await exchangeCode(connection, body.code, body);
    const createUser = body.create_user !== false;
    const findsByNumber = body.phone_code !== undefined || phones.sealed === 'believed';
    if (!createUser && !findsByNumber) await requireOwner(connection, identity);
    return withPhone(connection, body, identity, async (phone) => {
      await approveNewcomer(connection, identity, { createUser, phone });
      return logInByPhone(connection, identity, (tx, policy) => findOrCreateUserByPhone(tx, policy, identity, phone, { createUser }));
    });
  },
);

/** @param findUser see `logIn` */
async function logInByPhone(
  { platform, context: { app, tenant, services } }: Connection,
  seenIn: PlatformApp,
  findUser: (tx: IdentityTransaction, policy: AccountPolicy) => Promise<number>,
): Promise<{ status: 201; body: PlatformSession }> {
  const policy = accountPolicy(app, services);
  return answerLogin(
    await logIn(inHostAppOf(tenant, seenIn), services.audit, { platform, method: platform }, (tx) => findUser(tx, policy)),
  );
}

/** Assigns the number of a phone code to the session's user, and opens a new session. */
async function logInWithSession(connection: Connection, body: PhoneLogin, session: Session | undefined) {
  const { tenant } = connection.context;
  const [user] = session?.record ?? [];
  if (body.phone_code === undefined || !session || user?.is_anonymous !== 0) {
    throw invalidField('/body/code', 'is missing; it is optional only together with a phone_code and the session of a registered user');
  }
  const holder = await findHolder(tenant, session.userId, connection, body.app_name);
  const check = await freshnessCheck(connection, body, holder, session);
  const logInWith = (phone: GrantedPhone) =>
    logInByPhone(connection, holder, async (tx, policy) => {
      const lock = async () => check(await lockSessionUser(tx, session));
      await givePhone(tx, policy, session.userId, holder, phone, { lock });
      return session.userId;
    });
  return offeringMerge(tenant, session, () => withPhone(connection, body, holder, logInWith));
}

/**
 * Read the number, with the session key of the user's latest code if it is sealed, and assign it to the user.
 *
 * The session is checked here because Kuaishou's clients expect a 403 instead of a 401 (docs/protocol.md, Request bodies).
 */
export const updatePhone =
  (platform: PlatformName) =>
  async ({ body: sent, session, ...context }: PhoneRequest<UpdatePhone>): Promise<{ status: 200; body: CurrentUser }> => {
    if (!session) throw new ApiError('session_forbidden');
    const { app, tenant, services } = context;
    const { userId } = session;
    const connection = connectTo(platform, context);
    const body = withUsableCode(phonesOf(connection), sent);
    const known = await findHolder(tenant, userId, connection, body.app_name);
    const check = await freshnessCheck(connection, body, known, session);
    const exchanged = body.code === undefined ? undefined : await exchangeCode(connection, body.code, body);
    if (exchanged) await requireOwn(connection, exchanged, userId);
    const holder = exchanged ?? known;
    const give = (phone: GrantedPhone) =>
      inTransaction(tenant, async (tx) => {
        // Locks number, identity and user in this order, as all transactions do.
        await lockNames(tx, [{ kind: 'phone', value: phone.number }]);
        const owner = exchanged && (await findOwner(tx, exchanged, 'ignore'));
        if (exchanged && owner !== userId) throw new ApiError('code_foreign');
        const lock = async () => check(await lockSessionUser(tx, session));
        await givePhone(tx, accountPolicy(app, services), userId, holder, phone, { overwrite: body.overwrite !== false, lock });
      });
    await offeringMerge(tenant, session, () => withPhone(connection, body, holder, give));
    return { status: 200, body: await loadCurrentUser(tenant, userId, session.platform) };
  };

/**
 * Checks that the session is recent enough to change the number, and returns the check, which is repeated under the lock. A number needs
 * no fresh login if the platform vouches that it belongs to the session's person.
 *
 * @throws login_not_fresh before the code is exchanged, so that a refused client can log in again and send the same code
 */
async function freshnessCheck(connection: Connection, grant: PhoneGrant, { openid }: PhoneHolder, session: Session) {
  const { app, tenant } = connection.context;
  const { codes, sealed } = phonesOf(connection);
  const isVouchedFor = openid !== undefined && (grant.phone_code === undefined ? sealed === 'believed' : codes === 'checked');
  const check = (user: UserRow): UserRow => {
    if (!isVouchedFor) requireFreshLogin(app, session, user, tenant.now());
    return user;
  };
  check(await findRegisteredUser(tenant, session.userId));
  return check;
}

/** Leaves out a phone code that the app cannot exchange if there is sealed data as well. */
const withUsableCode = <Grant extends PhoneGrant>({ codes }: PhoneClient, grant: Grant): Grant => {
  if (codes !== undefined || grant.phone_code === undefined || grant.encryptedData === undefined) return grant;
  const { phone_code: _unusable, ...rest } = grant;
  return rest as Grant;
};

function phonesOf({ platform, client: { phone } }: Connection): PhoneClient {
  if (phone) return phone;
  const text = { en: `Please set this app up for phone numbers of ${platform} first.`, zh: `请先为该应用配置 ${platform} 的手机号。` };
  throw new ApiError('login_method_disabled', { text });
}

/** Reads the granted number and runs a function with it. */
function withPhone<T>(
  connection: Connection,
  grant: PhoneGrant,
  holder: PhoneHolder,
  work: (phone: GrantedPhone) => Promise<T>,
): Promise<T> {
  const { platform, client, upstream, context } = connection;
  const read = async () => {
    const phone = await withBusyRetry(() => phonesOf(connection).read(grant, holder, upstream));
    return work(phone);
  };
  if (grant.phone_code !== undefined || holder.openid === undefined) return read();
  return withinOpenings(context.tenant, platform, client.settings, holder.openid, read);
}
