import { expect } from 'vitest';
import type { Context } from '../context.ts';
import { password, sendSms, verifyPhoneElsewhere } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  expectAlike,
  expectUnchanged,
  logInOn,
  type Person,
  recordOf,
  refused,
  register,
  registerVerified,
} from './people.ts';

const wrongCode = '000000';
const checkCode = ({ call }: Context, phone: string, code: string | number) => call('checkSmsCode', { body: { phone, code } });
const refuseCode = (context: Context, phone: string, code: string) =>
  refused(context, 'checkSmsCode', { body: { phone, code } }, 'sms_code_invalid');

async function logInBySms(context: Context, phone: string): Promise<Person> {
  const { body } = await context.call('loginBySmsCode', { body: { phone, code: await sendSms(context, phone) } });
  return { id: body.id, token: body.token };
}

export const smsMemory: MemoryCase[] = [
  ...memoryOf(
    ['sendSmsCode'],
    [
      {
        title: 'sends a code that can be used once',
        says: [
          'The code is on its way.',
          'The code that the SMS carries.',
          'Spaces, dashes and full-width digits are accepted.',
          'The number to send a code to.',
          'It sends a code of six digits to the number and invalidates earlier codes for it; during mass guessing new codes have eight digits, or a single try.',
        ],
        async run(context) {
          const phone = context.target.newPhone();
          const code = await sendSms(context, phone);
          expect(code).toMatch(/^\d{6}$/);
          await checkCode(context, phone, `${code.slice(0, 3)}-${code.slice(3)}`);
          await refuseCode(context, phone, code);
        },
      },
      {
        title: 'allows five tries',
        says: ['The code can be used once, within five minutes and five tries.'],
        async run(context) {
          const [spent, used] = [context.target.newPhone(), context.target.newPhone()];
          const code = await sendSms(context, spent);
          for (let attempt = 0; attempt < 5; attempt++) await refuseCode(context, spent, code === wrongCode ? '111111' : wrongCode);
          await refuseCode(context, spent, code);
          const other = await sendSms(context, used);
          for (let attempt = 0; attempt < 4; attempt++) await refuseCode(context, used, other === wrongCode ? '111111' : wrongCode);
          await checkCode(context, used, other);
        },
      },
      {
        title: 'does not reveal whether a user has the number',
        says: ['The answer does not depend on whether a user has the number.'],
        async run(context) {
          const known = await register(context, 'phone');
          const first = await context.call('sendSmsCode', { body: { phone: known.name } });
          expectAlike(first, await context.call('sendSmsCode', { body: { phone: context.target.newPhone() } }));
        },
      },
      {
        title: 'sends one code a minute, which a refusal leaves valid',
        says: [
          'A number gets one code a minute and ten in 24 hours; past that, or if the SMS provider itself limits the number, it is a 400 `sms_rate_limited`, which the published SDK passes on to the app.',
        ],
        async run(context) {
          const phone = context.target.newPhone();
          const code = await sendSms(context, phone);
          await refused(context, 'sendSmsCode', { body: { phone } }, 'sms_rate_limited');
          expect(await context.smsCodeTo(phone)).toBe(code);
          await checkCode(context, phone, code);
        },
      },
    ],
  ),
  ...memoryOf(
    ['checkSmsCode'],
    [
      {
        title: 'uses up the code and changes no user',
        says: [
          "It uses up the code and changes no user: to log in, use `loginBySmsCode`; to verify one's own number, use `verifyPhone`.",
          'A code that is wrong, used, expired or tried too often is a 400 `sms_code_invalid`.',
          'The code is right.',
          'Send a string; a number is accepted, too, and padded with leading zeros.',
        ],
        async run(context) {
          const account = await register(context, 'phone');
          const code = await sendSms(context, account.name);
          await expectUnchanged(context, account, async () => {
            await refuseCode(context, account.name, code === wrongCode ? '111111' : wrongCode);
            await checkCode(context, account.name, Number(code));
            await refuseCode(context, account.name, code);
          });
          await refused(context, 'loginBySmsCode', { body: { phone: account.name, code } }, 'sms_code_invalid');
        },
      },
      {
        title: 'treats the code of another number as wrong',
        says: ['A phone number and the code that was sent to it.'],
        async run(context) {
          const [phone, other] = [context.target.newPhone(), context.target.newPhone()];
          const code = await sendSms(context, phone);
          await refuseCode(context, other, code);
          await checkCode(context, phone, code);
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginBySmsCode'],
    [
      {
        title: 'creates a user with the number verified, and uses up the code',
        says: [
          'It uses up the code.',
          'The code is checked first: one that is wrong, used, expired or tried too often is a 400 `sms_code_invalid`.',
        ],
        async run(context) {
          const phone = context.target.newPhone();
          const code = await sendSms(context, phone);
          await refused(
            context,
            'loginBySmsCode',
            { body: { phone, code: code === wrongCode ? '111111' : wrongCode } },
            'sms_code_invalid',
          );
          const { body } = await context.call('loginBySmsCode', { body: { phone, code } });
          expect(await recordOf(context, body)).toMatchObject({ _phone: phone, _phone_verified: true, _anonymous: false });
          await refused(context, 'loginBySmsCode', { body: { phone, code } }, 'sms_code_invalid');
        },
      },
      {
        title: 'finds the user who has verified the number',
        says: ['The server finds the user whose verified number this is, or creates one with the number verified, and opens a session.'],
        async run(context) {
          const owner = await verifyPhoneElsewhere(context);
          expect((await logInBySms(context, owner.phone)).id).toBe(owner.id);
          expect((await logInBySms(context, context.target.newPhone())).id).not.toBe(owner.id);
        },
      },
      {
        title: 'ends the claims of other users to the number',
        says: ['A user who only claims the number, unverified, is not found by it, and loses the claim.'],
        async run(context) {
          const claimant = await register(context, 'phone');
          const person = await logInBySms(context, claimant.name);
          expect(person.id).not.toBe(claimant.id);
          expect(await recordOf(context, claimant)).toMatchObject({ _phone: null });
          await refused(context, 'loginByPhone', { body: { phone: claimant.name, password } }, 'credentials_invalid');
        },
      },
      {
        title: 'stores no user unless it may create one',
        says: [
          'With `create_user: false` a number without a user then gets 404 `user_not_found` and no user is stored.',
          'Whether to create a user for a person without one.',
        ],
        async run(context) {
          const phone = context.target.newPhone();
          const body = { phone, code: await sendSms(context, phone), create_user: false };
          await refused(context, 'loginBySmsCode', { body }, 'user_not_found');
          // A stored user would have the number verified, and no one else could have it.
          await register(context, 'phone', { name: phone });
        },
      },
    ],
  ),
  ...memoryOf(
    ['verifyPhone'],
    [
      {
        title: 'verifies the number of the session, and uses up the code',
        says: [
          "It uses up the code, sets the user's number and sets `_phone_verified`.",
          'The number is verified.',
          "The code that was sent to the user's phone number.",
        ],
        async run(context) {
          const account = await register(context, 'phone');
          const code = await sendSms(context, account.name);
          const other = await register(context);
          await context.call('verifyPhone', { token: account.token, body: { code } });
          expect(await recordOf(context, account)).toMatchObject({
            _phone: account.name,
            _phone_verified: true,
            _phone_proved: account.name,
          });
          expect(await recordOf(context, other)).toMatchObject({ _phone: null, _phone_verified: false });
          await refuseCode(context, account.name, code);
        },
      },
      {
        title: 'sets another number given in the request',
        says: ["The number that the code was sent to; the user's `_phone` when absent."],
        async run(context) {
          const account = await register(context);
          const phone = context.target.newPhone();
          await context.call('verifyPhone', { token: account.token, body: { phone, code: await sendSms(context, phone) } });
          expect(await recordOf(context, account)).toMatchObject({ _phone: phone, _phone_verified: true });
        },
      },
      {
        title: 'changes nothing with a code that is wrong, or without a number',
        says: [
          'A user without a number who gives none gets 400 `phone_missing`.',
          'A code that is wrong, used, expired or tried too often is a 400 `sms_code_invalid`.',
          'An anonymous user gets 403 `anonymous_forbidden`.',
        ],
        async run(context) {
          const account = await register(context, 'phone');
          const newcomer = await register(context);
          const anonymous = await becomeAnonymous(context);
          const code = await sendSms(context, account.name);
          const send = (person: Person, given: string, error: 'sms_code_invalid' | 'phone_missing' | 'anonymous_forbidden') =>
            expectUnchanged(context, person, () => refused(context, 'verifyPhone', { token: person.token, body: { code: given } }, error));
          await send(account, code === wrongCode ? '111111' : wrongCode, 'sms_code_invalid');
          await send(newcomer, code, 'phone_missing');
          await send(anonymous, code, 'anonymous_forbidden');
          await checkCode(context, account.name, code);
        },
      },
      {
        title: 'moves a number that has changed hands',
        says: [
          "A number that another user has verified has changed hands: it moves to this user, and other users' claims to it are dropped.",
          'Name one that another user had before.',
        ],
        async run(context) {
          const owner = await verifyPhoneElsewhere(context);
          const claimant = await register(context);
          const account = await register(context);
          await refused(context, 'updateAccount', { token: claimant.token, body: { phone: owner.phone } }, 'phone_taken');
          const body = { phone: owner.phone, code: await sendSms(context, owner.phone) };
          await context.call('verifyPhone', { token: account.token, body });
          expect(await recordOf(context, account)).toMatchObject({ _phone: owner.phone, _phone_verified: true });
          expect(await recordOf(context, owner)).toMatchObject({ id: owner.id, _phone: null, _phone_verified: false });
          expect((await logInOn(context, 'wechat')).id).not.toBe(account.id);
        },
      },
      {
        title: 'drops the claims of others',
        says: [],
        async run(context) {
          const claimant = await register(context, 'phone');
          const account = await registerVerified(context, 'phone', claimant.name);
          expect(await recordOf(context, claimant)).toMatchObject({ _phone: null });
          expect(await recordOf(context, account)).toMatchObject({ _phone: claimant.name });
        },
      },
    ],
  ),
];
