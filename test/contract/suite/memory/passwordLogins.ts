import { expect } from 'vitest';
import { type MemoryCase, memoryOf } from './memory.ts';
import { expectAlike, expectUnchanged, kindOfName, logInAgain, newNameOf, recordOf, refused, register } from './people.ts';

export const passwordMemory: MemoryCase[] = [
  ...memoryOf(
    ['loginByUsername', 'loginByEmail', 'loginByPhone'],
    [
      {
        title: 'opens a session and changes nothing',
        says: ['It opens a session and changes nothing else.'],
        async run(context) {
          const account = await register(context, kindOfName(context.id));
          await expectUnchanged(context, account, async () => {
            const again = await logInAgain(context, account);
            expect(again.id).toBe(account.id);
            expect(again.token).not.toBe(account.token);
          });
        },
      },
      {
        title: 'answers an unknown account like a wrong password',
        says: ['An unknown account and a wrong password are both a 400 `credentials_invalid`, and take the same time.'],
        async run(context) {
          const kind = kindOfName(context.id);
          const account = await register(context, kind);
          const attempt = (name: string) =>
            refused(context, context.id, { body: { [kind]: name, password: 'wrong-password' } }, 'credentials_invalid');
          expectAlike(await attempt(account.name), await attempt(newNameOf(context, kind)));
          await recordOf(context, account);
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginByUsername'],
    [
      {
        title: 'compares the username without regard to case',
        says: ['The username is compared without regard to case.', 'Unique in the app without regard to case; null if there is none.'],
        async run(context) {
          const account = await register(context);
          expect((await logInAgain(context, { ...account, name: account.name.toUpperCase() })).id).toBe(account.id);
          expect(await recordOf(context, await register(context, 'email'))).toMatchObject({ _username: null });
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginByEmail'],
    [
      {
        title: 'accepts an unverified address, in any case',
        says: ['The address is compared in lower case; it need not be verified.'],
        async run(context) {
          const account = await register(context, 'email');
          expect((await logInAgain(context, { ...account, name: account.name.toUpperCase() })).id).toBe(account.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginByPhone'],
    [
      {
        title: 'accepts an unverified number',
        says: ['The number need not be verified.'],
        async run(context) {
          const account = await register(context, 'phone');
          const again = await logInAgain(context, account);
          expect(await recordOf(context, again)).toMatchObject({ id: account.id, _phone_verified: false });
        },
      },
    ],
  ),
];
