import { sendVerificationEmail, updateAccount, updateUser, verifyPhone } from '../../generated/client/operations.ts';
import type { components } from '../../generated/client/types.ts';
import { clientError, expectType, isObject } from './errors.ts';
import type { InSession } from './send.ts';
import { type Api, answer, type Sent } from './transport.ts';
import type { CurrentUser, CurrentUserMethods, UserRecord } from './types.ts';

type Schemas = components['schemas'];

/** Whether a record is the session's own user: only that record carries every field (docs/protocol.md, Sessions and users). */
export const isOwnRecord = (record: Schemas['User']): record is UserRecord => '_provider' in record;

/** @throws 612 without a request, as the server would refuse it */
export function refuseAnonymous({ _anonymous }: Pick<UserRecord, '_anonymous'>): void {
  if (_anonymous) throw clientError(612);
}

/**
 * The session's user as an object to work with.
 *
 * @param inSession runs a call in the session
 * @param linksOf the platform's own verbs for this user
 */
export function createCurrentUser<Links>(
  record: UserRecord,
  session_expires_at: number,
  api: Api,
  inSession: InSession,
  linksOf: (record: UserRecord) => Links & Pick<CurrentUserMethods<Links>, 'link'>,
): CurrentUser<Links> {
  const send = <Data>(call: () => Promise<Sent<Data>>) => inSession(() => answer(call()));
  let shown = record;
  let changes: Schemas['UpdateUser'] = {};

  const show = (changed: UserRecord) => {
    shown = changed;
    const fields: Partial<UserRecord> = { ...changed };
    // A custom field may be named like a method; it stays readable through get().
    for (const name of Object.keys(methods)) delete fields[name];
    return Object.assign(user, fields);
  };
  const changeAccount = async (account: Schemas['UpdateAccount']) => {
    refuseAnonymous(shown);
    const { data } = await send(() => api.PUT(updateAccount.path, { body: account }));
    return data;
  };
  /** Drops the unprefixed account fields; the user's record has them with a leading `_`. */
  const userIn = ({ username, email, email_verified, phone, phone_verified, ...changed }: Schemas['Account']): UserRecord => changed;

  const methods: CurrentUserMethods<Links> & Links = {
    get: (key) => shown[key],
    toJSON: () => shown,
    set(keyOrValues: string | Schemas['UpdateUser'], value?: unknown) {
      expectType(typeof keyOrValues === 'string' || isObject(keyOrValues), 'set(key, value)');
      changes = { ...changes, ...(typeof keyOrValues === 'string' ? { [keyOrValues]: value } : keyOrValues) };
      return user;
    },
    async update() {
      const body = changes;
      changes = {};
      try {
        const reply = await send(() => api.PUT(updateUser.path, { body }));
        show(reply.data);
        return reply;
      } catch (error) {
        changes = { ...body, ...changes };
        throw error;
      }
    },
    async setAccount(changed) {
      expectType(isObject(changed), 'account');
      const { password, ...account } = changed;
      return show(userIn(await changeAccount({ ...account, ...(password !== undefined && { new_password: password }) })));
    },
    setUsername: async (username) => show(userIn(await changeAccount({ username }))),
    async setEmail(email, { sendVerificationEmail = false } = {}) {
      show(userIn(await changeAccount({ email })));
      return sendVerificationEmail ? user.requestEmailVerification() : user;
    },
    setMobilePhone: async (phone) => show(userIn(await changeAccount({ phone }))),
    async verifyMobilePhone(code) {
      refuseAnonymous(shown);
      await send(() => api.POST(verifyPhone.path, { body: { code } }));
      return show({ ...shown, _phone_verified: true });
    },
    async updatePassword(passwords) {
      expectType(typeof passwords?.newPassword === 'string', 'newPassword');
      const { password, newPassword } = passwords;
      await changeAccount({ ...(password !== undefined && { password }), new_password: newPassword });
      return user;
    },
    async requestEmailVerification() {
      refuseAnonymous(shown);
      await send(() => api.POST(sendVerificationEmail.path));
      return user;
    },
    ...linksOf(record),
  };
  const user: CurrentUser<Links> = Object.assign(Object.create(methods), { session_expires_at });
  return show(record);
}
