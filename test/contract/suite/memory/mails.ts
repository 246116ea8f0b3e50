import { expect } from 'vitest';
import type { Reply } from '../answers.ts';
import type { Context } from '../context.ts';
import { password } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  confirm,
  expectAlike,
  expectClosed,
  logInAgain,
  mailBy,
  newNameOf,
  recordOf,
  refused,
  register,
  registerVerified,
} from './people.ts';

const secret = 'frost-pear-lane';
const form = { password: secret, again: secret };
const askForReset = ({ call }: Context, email: string) => call('requestPasswordReset', { body: { email } });

export const mailMemory: MemoryCase[] = [
  ...memoryOf(
    ['sendVerificationEmail'],
    [
      {
        title: 'verifies the address by its mail, once',
        says: [
          "It mails a link to the address of the session's user; confirming it there, within 24 hours, sets `_email_verified`.",
          'The mail is on its way.',
        ],
        async run(context) {
          const account = await register(context, 'email');
          const other = await register(context, 'email');
          const mail = await mailBy(context, account.name, () => context.call('sendVerificationEmail', { token: account.token }));
          expect(await recordOf(context, account)).toMatchObject({ _email_verified: false });
          expect((await confirm(mail)).status).toBe(200);
          expect(await recordOf(context, account)).toMatchObject({
            _email: account.name,
            _email_verified: true,
            _email_proved: account.name,
          });
          expect(await recordOf(context, other)).toMatchObject({ _email_verified: false });
          expect((await confirm(mail)).ok).toBe(false);
        },
      },
      {
        title: 'mails nothing to a verified address, and does not reveal it',
        says: ['An address that is verified already gets no mail, and the answer is the same.'],
        async run(context) {
          const account = await register(context, 'email');
          const send = () => context.call('sendVerificationEmail', { token: account.token });
          const answers: Reply[] = [];
          const mail = await mailBy(context, account.name, async () => answers.push(await send()));
          await confirm(mail);
          for (const first of answers) expectAlike(first, await send());
          expect(await context.lastMailTo(account.name)).toBe(mail);
        },
      },
      {
        title: 'refuses users without an address',
        says: [
          'A user without an address gets 400 `email_missing`: set one with `updateAccount`.',
          'An anonymous user gets 403 `anonymous_forbidden`.',
        ],
        async run(context) {
          const account = await register(context);
          await refused(context, 'sendVerificationEmail', { token: account.token }, 'email_missing');
          await refused(context, 'sendVerificationEmail', await becomeAnonymous(context), 'anonymous_forbidden');
        },
      },
      {
        title: 'mails once a minute, and leaves that link valid',
        says: [
          "Each user and each address gets at most one mail a minute and ten in 24 hours; beyond that, or beyond the app's own limit, it is a 429 `rate_limited`.",
        ],
        async run(context) {
          const account = await register(context, 'email');
          const mail = await mailBy(context, account.name, () => context.call('sendVerificationEmail', { token: account.token }));
          await refused(context, 'sendVerificationEmail', { token: account.token }, 'rate_limited');
          expect((await confirm(mail)).status).toBe(200);
          expect(await recordOf(context, account)).toMatchObject({ _email_verified: true });
        },
      },
    ],
  ),
  ...memoryOf(
    ['requestPasswordReset'],
    [
      {
        title: 'reveals neither whether a user has the address nor whether a mail was just sent',
        says: [
          'The answer is the same, and takes the same time, when no user has the address, and when the address was mailed less than a minute ago or ten times in 24 hours.',
          'If the address is a verified one, the mail is on its way.',
        ],
        async run(context) {
          const account = await registerVerified(context, 'email');
          const first = await askForReset(context, account.name);
          expectAlike(first, await askForReset(context, newNameOf(context, 'email')));
          expectAlike(first, await askForReset(context, account.name));
        },
      },
      {
        title: 'changes nothing until the link is used, which ends all sessions',
        says: [
          'It mails a link for setting a new one to the user who has verified this address.',
          'Nothing changes until a link is used, within an hour; that closes all sessions of the user, and its page offers to remove platform identities and a phone number that the person does not recognise.',
          'The address of the account whose password to reset.',
        ],
        async run(context) {
          const account = await registerVerified(context, 'email');
          const other = await register(context, 'email');
          const before = await recordOf(context, account);
          const mail = await mailBy(context, account.name, () => askForReset(context, account.name));
          expect(await recordOf(context, account)).toEqual(before);
          await logInAgain(context, account);
          expect((await confirm(mail, form)).status).toBe(200);
          await expectClosed(context, account);
          await recordOf(context, other);
          await refused(context, 'loginByEmail', { body: { email: account.name, password } }, 'credentials_invalid');
          expect((await logInAgain(context, account, secret)).id).toBe(account.id);
          expect((await confirm(mail, form)).ok).toBe(false);
        },
      },
      {
        title: 'mails a claimant a link that verifies the address',
        says: [
          'If there is none, it is one mail with a link for each user who claims the address, five at most, and using one verifies the address for that user; users who have verified another address or a number, or have set a new password since they claimed it, are left out.',
        ],
        async run(context) {
          const claimant = await register(context, 'email');
          const mail = await mailBy(context, claimant.name, () => askForReset(context, claimant.name));
          expect((await confirm(mail, form)).status).toBe(200);
          const again = await logInAgain(context, claimant, secret);
          expect(await recordOf(context, again)).toMatchObject({ id: claimant.id, _email_verified: true });
        },
      },
    ],
  ),
];
