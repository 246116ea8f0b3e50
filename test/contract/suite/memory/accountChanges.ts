import { expect } from 'vitest';
import type { Context, Fields } from '../context.ts';
import { password } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  confirm,
  expectAlike,
  expectClosed,
  expectUnchanged,
  logInAgain,
  logInOn,
  loginBy,
  mailBy,
  nameKinds,
  newNameOf,
  type Person,
  recordOf,
  refused,
  register,
  registerVerified,
  verifyName,
} from './people.ts';

const secret = 'frost-pear-lane';

const change = async ({ call }: Context, { token }: Person, body: Fields) => (await call('updateAccount', { token, body })).body;

export const accountMemory: MemoryCase[] = memoryOf(
  ['updateAccount'],
  [
    {
      title: 'stores every name, for the record and for logins',
      says: [
        'The account after the change.',
        'The changes; absent fields stay.',
        "The session's own user, together with the account's fields without the leading `_`.",
        'The same as `_username`.',
        'The same as `_email`.',
        'The same as `_email_verified`.',
        'The same as `_phone`.',
        'The same as `_phone_verified`.',
        'Changes the ways to log in.',
      ],
      async run(context) {
        const account = await register(context);
        for (const kind of nameKinds) {
          const name = newNameOf(context, kind);
          const { username, email, email_verified, phone, phone_verified, ...record } = await change(context, account, { [kind]: name });
          expect(record).toEqual(await recordOf(context, account));
          expect({ username, email, email_verified, phone, phone_verified }).toEqual({
            username: record._username,
            email: record._email,
            email_verified: record._email_verified,
            phone: record._phone,
            phone_verified: record._phone_verified,
          });
          expect(record[`_${kind}`]).toBe(name);
          expect((await logInAgain(context, { ...account, kind, name })).id).toBe(account.id);
        }
        await refused(context, 'loginByUsername', { body: { username: account.name, password } }, 'credentials_invalid');
        await register(context, 'username', { name: account.name });
      },
    },
    {
      title: 'clears what is null and leaves the rest',
      says: [
        'Send only the changes; null clears a field.',
        'Null clears a username, an e-mail address or a phone number.',
        'As in `Username`; null clears it.',
        'As in `Email`; null clears it.',
        'As in `Phone`; null clears it.',
      ],
      async run(context) {
        const account = await register(context);
        const names = { email: newNameOf(context, 'email'), phone: newNameOf(context, 'phone') };
        await change(context, account, names);
        for (const kind of ['email', 'phone'] as const) {
          const before = await recordOf(context, account);
          await change(context, account, { [kind]: null });
          const after = await recordOf(context, account);
          expect({ ...after, updated_at: 0 }).toEqual({ ...before, updated_at: 0, [`_${kind}`]: null });
          await refused(context, loginBy(kind), { body: { [kind]: names[kind], password } }, 'credentials_invalid');
        }
        await change(context, account, { email: names.email });
        await change(context, account, { username: null });
        expect(await recordOf(context, account)).toMatchObject({ _username: null, _email: names.email });
      },
    },
    {
      title: 'makes all changes or none, and refuses names of other users',
      says: [
        'Either all changes are made, or none.',
        'A username that another user has is a 409 `username_taken`, an address or number that another user has verified a 409 `email_taken` or `phone_taken`; to take over a number that has changed hands, call `verifyPhone` with it.',
      ],
      async run(context) {
        const account = await register(context);
        for (const kind of nameKinds) {
          const owner = await registerVerified(context, kind);
          const others = Object.fromEntries(nameKinds.filter((other) => other !== kind).map((other) => [other, newNameOf(context, other)]));
          await expectUnchanged(context, account, () =>
            expectUnchanged(context, owner, () =>
              refused(context, 'updateAccount', { token: account.token, body: { ...others, [kind]: owner.name } }, `${kind}_taken`),
            ),
          );
        }
        await logInAgain(context, account);
      },
    },
    {
      title: 'leaves a verified address in use until the new one is verified',
      says: [
        'A new e-mail address or phone number is not verified: call `sendVerificationEmail`, or `sendSmsCode` and `verifyPhone`, next.',
        'Until then it is a claim: the previous, verified one (`_email_proved`, `_phone_proved`) still logs in and resets the password, and its owner gets a mail about the change.',
        'A new address is not verified; the old, verified one stays in use until it is.',
        "The user's verified address.",
        'It still logs in and resets the password while `_email` is a new, unverified one.',
      ],
      async run(context) {
        const account = await registerVerified(context, 'email');
        const email = newNameOf(context, 'email');
        await mailBy(context, account.name, () => change(context, account, { email }));
        expect(await recordOf(context, account)).toMatchObject({
          _email: email,
          _email_verified: false,
          _email_proved: account.name,
        });
        expect((await logInAgain(context, account)).id).toBe(account.id);
        const mail = await mailBy(context, account.name, () => context.call('requestPasswordReset', { body: { email: account.name } }));
        expect((await confirm(mail, { password: secret, again: secret })).status).toBe(200);
        expect((await logInAgain(context, account, secret)).id).toBe(account.id);
      },
    },
    {
      title: 'leaves a verified number in use until the new one is verified',
      says: [
        'A new number is not verified; the old, verified one stays in use until it is.',
        "The user's verified number.",
        'It can still be used to log in while `_phone` is a new, unverified one.',
      ],
      async run(context) {
        const account = await registerVerified(context, 'phone');
        const phone = newNameOf(context, 'phone');
        await change(context, account, { phone });
        expect(await recordOf(context, account)).toMatchObject({ _phone: phone, _phone_verified: false, _phone_proved: account.name });
        expect((await logInAgain(context, account)).id).toBe(account.id);
        await verifyName(context, { ...account, name: phone });
        expect(await recordOf(context, account)).toMatchObject({ _phone: phone, _phone_verified: true });
        await refused(context, 'loginByPhone', { body: { phone: account.name, password } }, 'credentials_invalid');
      },
    },
    {
      title: 'lets two users claim a name, and gives it to the one who verifies it',
      says: ['An address or number that another user only claims may be claimed, too; it belongs to the user who verifies it.'],
      async run(context) {
        for (const kind of ['email', 'phone'] as const) {
          const claimant = await register(context, kind);
          const account = await register(context);
          await change(context, account, { [kind]: claimant.name });
          await verifyName(context, { ...account, kind, name: claimant.name });
          expect(await recordOf(context, account)).toMatchObject({ [`_${kind}`]: claimant.name, [`_${kind}_verified`]: true });
          await refused(context, loginBy(kind), { body: { [kind]: claimant.name, password: secret } }, 'credentials_invalid');
        }
      },
    },
    {
      title: 'refuses a change that leaves no way to log in',
      says: [
        'A change that leaves no way to log in, such as null for the only name of an account without a platform identity, is a 409 `last_way_in`.',
      ],
      async run(context) {
        const account = await register(context);
        await expectUnchanged(context, account, () =>
          refused(context, 'updateAccount', { token: account.token, body: { username: null } }, 'last_way_in'),
        );
        expect((await logInAgain(context, account)).id).toBe(account.id);
      },
    },
    {
      title: 'sets the first names and password of a person from a platform',
      says: [
        'An account with platform identities alone may set its first names and password in any session.',
        'A user without a password sends `new_password` alone; any other user sends the current one as `password`, too.',
        "As in `Password`; '' and null count as absent, as forms send them for an account without a password.",
      ],
      async run(context) {
        const person = await logInOn(context);
        const username = context.target.newName();
        await change(context, person, { username, password: '', new_password: password });
        const account = { ...person, kind: 'username', name: username } as const;
        expect((await logInAgain(context, account)).id).toBe(person.id);
        await expectUnchanged(context, person, () =>
          refused(context, 'updateAccount', { token: person.token, body: { new_password: secret } }, 'credentials_invalid'),
        );
        expect((await logInAgain(context, account)).id).toBe(person.id);
      },
    },
    {
      title: 'changes the password of a user who knows it, and ends their other sessions',
      says: ['A wrong or missing one is a 400 `credentials_invalid`.', "A new password closes the user's other sessions."],
      async run(context) {
        const account = await register(context);
        const other = await logInAgain(context, account);
        const attempt = (body: Fields) => refused(context, 'updateAccount', { token: account.token, body }, 'credentials_invalid');
        await expectUnchanged(context, account, async () => {
          expectAlike(await attempt({ password: 'wrong-one', new_password: secret }), await attempt({ new_password: secret }));
        });
        await recordOf(context, other);
        await refused(context, 'loginByUsername', { body: { username: account.name, password: secret } }, 'credentials_invalid');

        await change(context, account, { password, new_password: secret });
        await expectClosed(context, other);
        await recordOf(context, account);
        await refused(context, 'loginByUsername', { body: { username: account.name, password } }, 'credentials_invalid');
        expect((await logInAgain(context, account, secret)).id).toBe(account.id);
      },
    },
    {
      title: 'refuses anonymous users, who register instead',
      says: ['An anonymous user gets 403 `anonymous_forbidden` and registers instead.'],
      async run(context) {
        const anonymous = await becomeAnonymous(context);
        const email = newNameOf(context, 'email');
        await expectUnchanged(context, anonymous, () =>
          refused(context, 'updateAccount', { token: anonymous.token, body: { email, new_password: password } }, 'anonymous_forbidden'),
        );
        await refused(context, 'loginByEmail', { body: { email, password } }, 'credentials_invalid');
        await register(context, 'email', { name: email, token: anonymous.token });
      },
    },
  ],
);
