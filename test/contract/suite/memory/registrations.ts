import { expect } from 'vitest';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  expectClosed,
  expectUnchanged,
  kindOfName,
  logInAgain,
  loginBy,
  newNameOf,
  recordOf,
  refused,
  register,
  registerBy,
  registerVerified,
  seenBy,
  verifyName,
} from './people.ts';

const secret = 'frost-pear-lane';

export const registrationMemory: MemoryCase[] = [
  ...memoryOf(
    ['registerByUsername', 'registerByEmail', 'registerByPhone'],
    [
      {
        title: 'creates a user who can come back, and whom others see little of',
        says: ['It creates a user and opens a session.', 'A **general login** uses a username, an e-mail address or a phone number.'],
        async run(context) {
          const account = await register(context, kindOfName(context.id));
          const other = await register(context);
          expect(other.id).not.toBe(account.id);
          expect((await logInAgain(context, account)).id).toBe(account.id);
          expect(await recordOf(context, account)).toMatchObject({ [`_${account.kind}`]: account.name, _anonymous: false });
          expect(await seenBy(context, other, account.id)).toEqual({ id: account.id, nickname: '', avatar: '' });
        },
      },
      {
        title: 'upgrades the anonymous user of the session',
        says: [
          'With the session of an anonymous user in `Authorization` that same user is upgraded: id and data stay, `_anonymous` turns false, and its sessions end but for the one that is answered.',
        ],
        async run(context) {
          const anonymous = await becomeAnonymous(context);
          await context.call('updateUser', { token: anonymous.token, body: { nickname: 'Before', seat: '12A' } });
          const account = await register(context, kindOfName(context.id), { token: anonymous.token });
          expect(account.id).toBe(anonymous.id);
          await expectClosed(context, anonymous);
          const stored = await recordOf(context, await logInAgain(context, account));
          expect(stored).toMatchObject({ id: anonymous.id, nickname: 'Before', seat: '12A', _anonymous: false });
          await recordOf(context, account);
        },
      },
      {
        title: 'ignores the session of a user who is not anonymous',
        says: [
          'Any other token, an unknown or expired one included, is ignored, because published clients send the token that they have stored, valid or not.',
        ],
        async run(context) {
          const other = await register(context);
          await expectUnchanged(context, other, async () => {
            const account = await register(context, kindOfName(context.id), { token: other.token });
            expect(account.id).not.toBe(other.id);
          });
          await register(context, kindOfName(context.id), { token: 'x'.repeat(43) });
        },
      },
    ],
  ),
  ...(['username', 'email', 'phone'] as const).flatMap((kind) =>
    memoryOf(
      [registerBy(kind)],
      [
        {
          title: 'leaves nothing behind when the name is taken',
          says: [
            {
              username:
                'A username that another user has is a 409 `username_taken`; nothing is stored and an anonymous user stays anonymous.',
              email:
                'An e-mail address that another user has verified is a 409 `email_taken`; nothing is stored and an anonymous user stays anonymous.',
              phone:
                'A phone number that another user has verified is a 409 `phone_taken`; nothing is stored and an anonymous user stays anonymous.',
            }[kind],
          ],
          async run(context) {
            const owner = await registerVerified(context, kind);
            const anonymous = await becomeAnonymous(context);
            const body = { [kind]: owner.name, password: secret };
            await expectUnchanged(context, owner, () =>
              expectUnchanged(context, anonymous, () => refused(context, context.id, { token: anonymous.token, body }, `${kind}_taken`)),
            );
            await refused(context, loginBy(kind), { body }, 'credentials_invalid');
            expect((await logInAgain(context, owner)).id).toBe(owner.id);
          },
        },
      ],
    ),
  ),
  ...memoryOf(
    ['registerByUsername'],
    [
      {
        title: 'keeps usernames unique without regard to case',
        says: ['The username is unique in the app without regard to case.', 'Unique in the app without regard to case.'],
        async run(context) {
          const { name } = await register(context);
          await refused(context, 'registerByUsername', { body: { username: name.toUpperCase(), password: secret } }, 'username_taken');
        },
      },
      {
        title: 'drops spaces at either end',
        says: ['No `@` and no control characters; spaces at either end are dropped.'],
        async run(context) {
          const name = context.target.newName();
          const account = await register(context, 'username', { name: `  ${name} ` });
          expect(await recordOf(context, account)).toMatchObject({ _username: name });
          expect((await logInAgain(context, { ...account, name })).id).toBe(account.id);
          for (const username of [`${name}@x`, `${name}\u0007x`]) {
            await refused(context, 'registerByUsername', { body: { username, password: secret } }, 'request_invalid');
          }
        },
      },
      {
        title: 'refuses names that look like others, and reserved ones',
        says: [
          'A new one also has no invisible character, no accent without a letter, at most four accents on one, and no full-width `@`; it does not mix alphabets that look alike, such as Latin and Cyrillic, and is not a name that the app reserves, such as `admin`.',
        ],
        async run(context) {
          const name = context.target.newName();
          const bad = [`${name}\u200bx`, `\u0301${name}`, `${name}a\u0301\u0302\u0303\u0304\u0305`, `${name}\uff20x`, `${name}\u0430`];
          for (const username of [...bad, 'admin', 'Admin']) {
            await refused(context, 'registerByUsername', { body: { username, password: secret } }, 'request_invalid');
          }
        },
      },
    ],
  ),
  ...memoryOf(
    ['registerByEmail', 'registerByPhone'],
    [
      {
        title: 'lets several claim a name until one verifies it',
        says: [
          'One that others only claim, unverified, may be claimed again: each claimant logs in with it and their own password until one verifies it.',
        ],
        async run(context) {
          const kind = kindOfName(context.id);
          const first = await register(context, kind);
          const second = await register(context, kind, { name: first.name, secret });
          expect(second.id).not.toBe(first.id);
          expect((await logInAgain(context, first)).id).toBe(first.id);
          expect((await logInAgain(context, second, secret)).id).toBe(second.id);
          await verifyName(context, second);
          const body = { [kind]: first.name, password: 'plum-rain-june' };
          await refused(context, loginBy(kind), { body }, 'credentials_invalid');
          expect((await logInAgain(context, second, secret)).id).toBe(second.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['registerByEmail'],
    [
      {
        title: 'stores the address in one form, unverified',
        says: [
          'The address is kept in lower case and is not verified by this: call `sendVerificationEmail` next.',
          'Lower-cased; null if there is none.',
          'True once a link mailed to `_email` was confirmed.',
          'Compared and stored in lower case, its domain in ASCII: `mei@例子.中国` and `mei@xn--fsqu00a.xn--fiqs8s` are one address.',
          'Spaces around it and its `@`, and invisible characters, are dropped; full-width letters and digits are read as ASCII.',
        ],
        async run(context) {
          const name = context.target.newName();
          const account = await register(context, 'email', { name: ` ${name.toUpperCase()}\u200b @例子.中国 ` });
          const stored = `${name}@xn--fsqu00a.xn--fiqs8s`;
          expect(await recordOf(context, account)).toMatchObject({ _email: stored, _email_verified: false });
          for (const written of [stored, `${name}@例子.中国`, `Ｃ${name.slice(1)}@例子.中国`]) {
            expect((await logInAgain(context, { ...account, name: written })).id).toBe(account.id);
          }
          expect(await recordOf(context, await register(context))).toMatchObject({ _email: null, _email_verified: false });
        },
      },
    ],
  ),
  ...memoryOf(
    ['registerByPhone'],
    [
      {
        title: 'stores the number in one form, as a claim',
        says: [
          'The number is not verified by this: call `sendSmsCode` and `verifyPhone` next.',
          "A number of mainland China as its 11 digits (13 for a machine's), any other as `+`, country code and number.",
          '`+86`, `86`, `0086` and any other `00` for `+` are accepted, and so are spaces, dashes, brackets, full-width digits and invisible characters between the digits.',
          'Compared and stored in one form: a mainland number as its digits, any other as `+` and digits, without the 0 that some countries dial at home.',
          'An impossible number is rejected.',
          'True once the platform or an SMS code confirmed `_phone`.',
          'Null if there is none.',
        ],
        async run(context) {
          const phone = context.target.newPhone();
          const account = await register(context, 'phone', { name: `+86 ${phone}` });
          expect(await recordOf(context, account)).toMatchObject({ _phone: phone, _phone_verified: false });
          const spaced = `(${phone.slice(0, 3)}) ${phone.slice(3, 7)}-${phone.slice(7)}`;
          const wide = [...phone].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('');
          for (const written of [phone, `86${phone}`, `0086${phone}`, spaced, wide]) {
            expect((await logInAgain(context, { ...account, name: written })).id).toBe(account.id);
          }
          const abroad = await register(context, 'phone', { name: `0044 (0) 7911 ${phone.slice(5)}` });
          expect(await recordOf(context, abroad)).toMatchObject({ _phone: `+447911${phone.slice(5)}` });
          await refused(context, 'registerByPhone', { body: { phone: '10000000000', password: secret } }, 'request_invalid');
          expect(await recordOf(context, await register(context))).toMatchObject({ _phone: null, _phone_verified: false });
        },
      },
      {
        title: 'loses a claim to the user who verifies the number',
        says: ['Until then it is only a claim, and a user who verifies the number, by an SMS code or through a platform, takes it over.'],
        async run(context) {
          const claimant = await register(context, 'phone');
          const owner = await register(context, 'phone', { name: claimant.name, secret });
          await verifyName(context, owner);
          expect(await recordOf(context, claimant)).toMatchObject({ _phone: null });
          expect(await recordOf(context, owner)).toMatchObject({ _phone: claimant.name, _phone_verified: true });
          await refused(context, 'loginByPhone', { body: { phone: claimant.name, password: 'plum-rain-june' } }, 'credentials_invalid');
        },
      },
    ],
  ),
  ...memoryOf(
    ['registerByUsername', 'registerByEmail', 'registerByPhone'],
    [
      {
        title: 'stores no account for an invalid request',
        says: [],
        async run(context) {
          const kind = kindOfName(context.id);
          const name = newNameOf(context, kind);
          await refused(context, context.id, { body: { [kind]: name, password: 'short' } }, 'request_invalid');
          await refused(context, loginBy(kind), { body: { [kind]: name, password: 'short!' } }, 'credentials_invalid');
          await register(context, kind, { name });
        },
      },
    ],
  ),
];
