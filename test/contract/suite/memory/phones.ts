import { expect } from 'vitest';
import { operationIds, requestExamplesOf } from '../../../support/contract.ts';
import { factsOf, operationOn } from '../../../support/platforms.ts';
import { type Context, type Fields, kindOf, platformOf } from '../context.ts';
import { password, prepare, sendSms } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  expectUnchanged,
  expectUnknownOn,
  logInOn,
  type Person,
  recordOf,
  refused,
  register,
  registerVerified,
} from './people.ts';

const logins = operationIds.filter((id) => kindOf(id) === 'phoneLogin');
const updates = operationIds.filter((id) => kindOf(id) === 'updatePhone');
/** Those that open numbers with the person's session key, not with the app's key. */
const bySessionKey = (id: (typeof updates)[number]) => factsOf(platformOf(id) ?? 'wechat').phone?.includes('iv');

/** Gives the context's person a number that no user has. */
async function giveNumber(context: Context): Promise<string> {
  const phone = context.target.newPhone();
  await context.changePerson(context.person, { phone });
  return phone;
}

/** The data of a tap on the phone button, in the form that the operation expects. */
const tap = async (context: Context, person = context.person): Promise<Fields> => {
  const { code: phone_code, ...sealed } = await context.grantedOn('phone', context.platform, person);
  const takesCode = requestExamplesOf(context.id).some(({ value }) => 'phone_code' in (value as Fields));
  return takesCode ? { phone_code } : sealed;
};

/** A body for a login with the number, with a code from before the tap. */
const loginBody = async (context: Context, more: Fields = {}): Promise<Fields> => {
  const code = await context.codeOn(context.platform, context.person);
  return { code, ...(await tap(context)), ...more };
};

/** A user whose number is their only way to log in. */
async function logInByNumberAlone(context: Context, phone: string): Promise<Person> {
  const { body } = await context.call('loginBySmsCode', { body: { phone, code: await sendSms(context, phone) } });
  return { id: body.id, token: body.token };
}

/** Expects that a number stays with its owner, and that the requester gets nothing. */
async function expectSoleLogin(context: Context, request: (person: Person) => Promise<{ token?: string; body: Fields }>): Promise<void> {
  const phone = await giveNumber(context);
  const owner = await logInByNumberAlone(context, phone);
  const person = await logInOn(context);
  await expectUnchanged(context, owner, () =>
    expectUnchanged(context, person, async () => refused(context, context.id, await request(person), 'phone_sole_login')),
  );
}

export const phoneMemory: MemoryCase[] = [
  ...memoryOf(logins, [
    {
      title: 'stores the number, verified',
      says: [
        "The number becomes the user's `_phone`, and `_phone_verified` turns true.",
        'The server exchanges `code` with {Platform} for the openid and `phone_code` for the number, and opens a session.',
        'The server exchanges the code with {Platform} for the openid, opens `encryptedData` for the number, and opens a session.',
        "The server exchanges the code with Alipay for the openid, verifies Alipay's signature of `response`, opens it with the app's AES key for the number, and opens a session.",
        'A login with the phone number that the person granted, encrypted and signed by Alipay.',
        "`response` of `my.getPhoneNumber`, as the host gave it: a JSON text with the encrypted number and Alipay's signature.",
        'New clients use `phoneLoginWechat`, which otherwise does the same.',
        'A {Platform} login with the phone number that the person granted.',
        'A login with the phone number that the person granted, sealed by the host.',
      ],
      async run(context) {
        const phone = await giveNumber(context);
        const { body } = await context.call(context.id, { body: await loginBody(context) });
        const person = { id: body.user_id, token: body.token };
        expect(await recordOf(context, person)).toMatchObject({ _phone: phone, _phone_verified: true });
        expect((await logInOn(context)).id).toBe(person.id);
        const { id } = (await context.call('loginBySmsCode', { body: { phone, code: await sendSms(context, phone) } })).body;
        expect(id).toBe(person.id);
      },
    },
    {
      title: 'finds the user who has verified the number, and links the identity',
      says: [
        'With a `phone_code` the user is found by openid, else by a phone number that is verified; then the identity is linked to that user.',
        'The user is found by openid, else by a phone number that is verified; then the identity is linked to that user.',
      ],
      async run(context) {
        const phone = await giveNumber(context);
        const account = await registerVerified(context, 'phone', phone);
        const { body } = await context.call(context.id, { body: await loginBody(context, { create_user: false }) });
        expect(body.user_id).toBe(account.id);
        expect((await logInOn(context, context.platform, context.person, { create_user: false })).id).toBe(account.id);
        expect(Object.keys((await recordOf(context, account))._provider)).toEqual([context.platform]);
      },
    },
    {
      title: 'stores nothing unless it may create a user',
      says: ['If neither exists, one is created, or with `create_user: false` it is a 404 `identity_not_found` and nothing is stored.'],
      async run(context) {
        const phone = await giveNumber(context);
        await refused(context, context.id, { body: await loginBody(context, { create_user: false }) }, 'identity_not_found');
        await expectUnknownOn(context);
        await register(context, 'phone', { name: phone });
      },
    },
    {
      title: 'moves a number that has changed hands, or is only claimed',
      says: [
        "A number that another user than the identity's has verified has changed hands, and so has one of a user who has another {Platform} identity: it moves to this person's user, and so does a number that another user only claims.",
      ],
      async run(context) {
        const person = await logInOn(context);
        for (const take of [
          async (phone: string) => register(context, 'phone', { name: phone }),
          async (phone: string) => {
            const account = await register(context);
            await context.call('verifyPhone', { token: account.token, body: { phone, code: await sendSms(context, phone) } });
            return account;
          },
        ]) {
          const phone = await giveNumber(context);
          const other = await take(phone);
          const { body } = await context.call(context.id, { body: await loginBody(context) });
          expect(body.user_id).toBe(person.id);
          expect(await recordOf(context, person)).toMatchObject({ _phone: phone, _phone_verified: true });
          expect(await recordOf(context, other)).toMatchObject({ id: other.id, _phone: null, _phone_verified: false });
          await refused(context, 'loginByPhone', { body: { phone, password } }, 'credentials_invalid');
        }
      },
    },
    {
      title: 'leaves a number with a user who has no other way to log in',
      says: ["If it is the other user's only way to log in, it is a 409 `phone_sole_login` and nothing is changed."],
      async run(context) {
        await expectSoleLogin(context, async () => ({ body: await loginBody(context) }));
      },
    },
  ]),
  ...memoryOf(
    ['phoneLoginWechat', 'phoneLoginBytedance'],
    [
      {
        title: 'uses only the phone code to determine the number',
        says: [
          '`phone_code` alone determines the number; `encryptedData` and `iv` are then optional and ignored.',
          'If present, `phone_code` alone determines the number; `encryptedData` and `iv` are then optional and ignored.',
          'The server exchanges it for the phone number, once and within five minutes.',
        ],
        async run(context) {
          const phone = await giveNumber(context);
          const body = await loginBody(context, { encryptedData: 'AAAAAAAAAAAAAAAAAAAAAA==', iv: 'n2SrbtltXoqqsWlthr38cA==' });
          const { body: answer } = await context.call(context.id, { body });
          expect(answer.user_info._phone).toBe(phone);
          const code = await context.codeOn(context.platform, context.person);
          await refused(context, context.id, { body: { ...body, code } }, 'phone_code_invalid');
        },
      },
      {
        title: "accepts neither code in the other's place",
        says: [
          '`phone_code` is `detail.code` of the callback and no login code: mixing the two is a 400 `phone_code_invalid` or `code_invalid`.',
          'It is not a login code.',
        ],
        async run(context) {
          const code = () => context.codeOn(context.platform, context.person);
          const own = (await tap(context)).phone_code;
          const codes = ['phone_code_invalid', 'code_invalid'] as const;
          await refused(context, context.id, { body: { code: await code(), phone_code: await code() } }, ...codes);
          await refused(context, context.id, { body: { code: own, phone_code: own } }, ...codes);
          await expectUnknownOn(context);
        },
      },
      {
        title: 'reads the sealed number if there is no phone code',
        says: [
          'Without `phone_code` the server opens `encryptedData`.',
          'Without it they determine the number, and `code` must be older than the tap on the phone button.',
        ],
        async run(context) {
          const phone = await giveNumber(context);
          const code = await context.codeOn(context.platform, context.person);
          const { encryptedData, iv } = await context.grantedOn('phone', context.platform, context.person);
          const { body } = await context.call(context.id, { body: { code, encryptedData, iv } });
          expect(await recordOf(context, { id: body.user_id, token: body.token })).toMatchObject({ _phone: phone });
        },
      },
    ],
  ),
  ...memoryOf(
    ['phoneLoginWechat'],
    [
      {
        title: 'gives the number to the user of the session',
        says: [
          'With the session of a user who is not anonymous, `code` may be absent too, and that user gets the number and a new session.',
          '`code` may be absent only together with a `phone_code` and the session of a user who is not anonymous.',
        ],
        async run(context) {
          const phone = await giveNumber(context);
          const person = await logInOn(context);
          const { body } = await context.call(context.id, { token: person.token, body: await tap(context) });
          expect(body).toMatchObject({ user_id: person.id });
          expect(body.token).not.toBe(person.token);
          expect(await recordOf(context, { id: person.id, token: body.token })).toMatchObject({ _phone: phone, _phone_verified: true });
          await refused(context, context.id, { body: await tap(context) }, 'request_invalid', 'session_required');
        },
      },
      {
        title: 'accepts no phone code of another person',
        says: [
          'A `phone_code` of another person is a 400 `phone_code_invalid` too.',
          'WeChat checks that the `phone_code` is of the person whose openid the server knows.',
        ],
        async run(context) {
          const code = () => context.codeOn('wechat', context.person);
          const foreign = (await tap(context, context.target.newName())).phone_code;
          await refused(context, context.id, { body: { code: await code(), phone_code: foreign } }, 'phone_code_invalid');
          await expectUnknownOn(context);
        },
      },
    ],
  ),
  ...memoryOf(logins, [
    {
      title: 'stores nothing of a number that cannot be opened or was used before',
      says: [
        "Fetch `code` before the tap, at page load or in the button's `catchtap`: a `{login}` in the callback may change the session key, and then it is a 400 `sealed_data_invalid`, as for anything that cannot be decrypted, is not a phone number of this person and app, is older than ten minutes, or was used before.",
        'A `{login}` in the callback may change the session key; then the data cannot be decrypted and it is a 400 `sealed_data_invalid`, as for anything that is not a phone number of this person and app, or was used before.',
        'Fetch the code before the tap, or it is a 400 `sealed_data_invalid`.',
        'The code must be older than the tap on the phone button.',
      ],
      async run(context) {
        const { platform, person } = context;
        for (const tamper of ['stale_key', 'garbage', 'wrong_appid'] as const) {
          const code = await context.codeOn(platform, person);
          const { code: _code, ...sealed } = await context.grantedOn('phone', platform, person, { tamper });
          await refused(context, context.id, { body: { ...sealed, code } }, 'sealed_data_invalid');
        }
        await expectUnknownOn(context);
      },
    },
  ]),
  ...memoryOf(updates, [
    {
      title: 'stores the number, verified, and moves it from others',
      says: [
        "The number becomes the user's `_phone`, and `_phone_verified` turns true.",
        'The number is set, and verified unless it is only a claim.',
        'The number is set; it counts as verified if the app trusts sealed numbers.',
        'A number that another user has verified has changed hands: it moves to this user, and so does a number that another user only claims.',
        'The server exchanges `phone_code` with {Platform} for the number, which uses it up; `encryptedData` and `iv` are then optional and ignored.',
        'The server opens `encryptedData` for the number.',
        "The server verifies Alipay's signature of `response` and opens it with the app's AES key for the number.",
        'New clients use `updatePhoneWechat`, which otherwise does the same.',
        "The data opens only with the session key of this user's latest {Platform} code.",
        "Whether to replace the user's existing number.",
      ],
      async run(context) {
        for (const verifies of [false, true]) {
          const phone = await giveNumber(context);
          const other = await register(context);
          if (verifies) {
            await context.call('verifyPhone', { token: other.token, body: { phone, code: await sendSms(context, phone) } });
          } else {
            await context.call('updateAccount', { token: other.token, body: { phone } });
          }
          const person = await logInOn(context);
          const { body } = await context.call(context.id, { token: person.token, body: { ...(await tap(context)), overwrite: true } });
          expect(body).toMatchObject({ id: person.id, _phone: phone, _phone_verified: true });
          expect(await recordOf(context, person)).toEqual(body);
          expect(await recordOf(context, other)).toMatchObject({ id: other.id, _phone: null, _phone_verified: false });
        }
      },
    },
    {
      title: 'keeps another number unless it may replace it',
      says: [
        'With `overwrite: false` a user who has another number keeps it and gets 400 `phone_already_bound`.',
        'If false, another number is a 400 `phone_already_bound`.',
      ],
      async run(context) {
        const kept = await giveNumber(context);
        const person = await logInOn(context);
        await context.call(context.id, { token: person.token, body: { ...(await tap(context)), overwrite: false } });
        await giveNumber(context);
        await logInOn(context);
        const request = { token: person.token, body: { ...(await tap(context)), overwrite: false } };
        await expectUnchanged(context, person, () => refused(context, context.id, request, 'phone_already_bound'));
        expect(await recordOf(context, person)).toMatchObject({ _phone: kept });
      },
    },
    {
      title: 'leaves a number with a user who has no other way to log in',
      says: ["If it is the other user's only way to log in, it is a 409 `phone_sole_login` and nothing is changed."],
      async run(context) {
        await expectSoleLogin(context, async ({ token }) => ({ token, body: { ...(await tap(context)), overwrite: true } }));
      },
    },
    {
      title: 'changes nothing for an anonymous user',
      says: ['Anonymous users get 403 `anonymous_forbidden`.'],
      async run(context) {
        const anonymous = await becomeAnonymous(context);
        const request = { ...(await prepare(context)), token: anonymous.token };
        await expectUnchanged(context, anonymous, () => refused(context, context.id, request, 'anonymous_forbidden'));
      },
    },
  ]),
  ...memoryOf(updates.filter(bySessionKey), [
    {
      title: 'accepts no code of another person, and needs a key',
      says: [
        "Send `code`, fetched before the tap, to renew it: it must be the user's own, or it is a 400 `code_foreign`.",
        'For a user without a known key it is a 400 `session_key_expired`; data that cannot be decrypted or does not fit is a 400 `sealed_data_invalid`.',
        'For a user who never sent one it is a 400 `session_key_expired`; data that cannot be decrypted or does not fit is a 400 `sealed_data_invalid`.',
        'Log in or link before the tap, or send `code`; otherwise it is a 400 `session_key_expired` or `sealed_data_invalid`.',
        'The server exchanges it and opens the data with its session key; the session is not changed.',
        "A login code of the session's user, from before the tap.",
        'It asks {Platform} nothing unless there is a `code`, which it uses up.',
      ],
      async run(context) {
        const { platform, target } = context;
        const person = await logInOn(context);
        const account = await register(context);
        const sealed = async () => {
          const { encryptedData, iv } = await context.grantedOn('phone', platform, context.person);
          return { encryptedData, iv };
        };
        await expectUnchanged(context, account, async () =>
          refused(context, context.id, { token: account.token, body: await sealed() }, 'session_key_expired'),
        );
        await expectUnchanged(context, person, async () => {
          const code = await context.codeOn(platform, target.newName());
          await refused(context, context.id, { token: person.token, body: { ...(await sealed()), code } }, 'code_foreign');
          const { encryptedData, iv } = await context.grantedOn('phone', platform, context.person, { tamper: 'garbage' });
          await refused(context, context.id, { token: person.token, body: { encryptedData, iv } }, 'sealed_data_invalid');
        });
        const code = await context.codeOn(platform, context.person);
        await context.call(context.id, { token: person.token, body: { ...(await sealed()), code } });
        await recordOf(context, person);
        await refused(context, operationOn('silentLogin', platform), { body: { code } }, 'code_used', 'code_invalid');
      },
    },
  ]),
  ...memoryOf(
    ['phoneLoginAlipay'],
    [
      {
        title: 'accepts a number only with the signature of the platform, and a code from before or after the tap',
        says: [
          'It uses up the code, which may be older or newer than the tap.',
          'A `response` without a signature, or with a wrong one, that cannot be decrypted or is not a phone number is a 400 `sealed_data_invalid`.',
          'Or the encrypted number alone, in base64, with the signature in `sign`.',
          "Alipay's signature of `response`, in base64.",
          'Needed if `response` is the encrypted number alone, unless the app accepts numbers without one (`unsigned_phone`).',
        ],
        async run(context) {
          const phone = await giveNumber(context);
          const { response } = await tap(context);
          const { response: encrypted, sign } = JSON.parse(String(response));
          const code = () => context.codeOn('alipay', context.person);
          const forged = [
            { response: encrypted },
            { response: encrypted, sign: Buffer.alloc(256).toString('base64') },
            { response: JSON.stringify({ response: encrypted }) },
            { response: JSON.stringify({ response: '{"code":"10000","mobile":"13800138000"}', sign }) },
            await context.grantedOn('phone', 'alipay', context.person, { tamper: 'bad_signature' }),
          ];
          for (const grant of forged) await refused(context, context.id, { body: { ...grant, code: await code() } }, 'sealed_data_invalid');
          await expectUnknownOn(context);
          const { body } = await context.call(context.id, { body: { code: await code(), response: encrypted, sign } });
          expect(body.user_info).toMatchObject({ _phone: phone, _phone_verified: true });
        },
      },
    ],
  ),
  ...memoryOf(
    ['updatePhoneAlipay'],
    [
      {
        title: 'accepts no code of another person, and needs an identity',
        says: [
          'It asks Alipay nothing unless there is a `code`, which it uses up.',
          'A user without an Alipay identity gets 400 `sealed_data_invalid`, as for anything that `phoneLoginAlipay` refuses: link it first.',
          "A `code` must be of the user's own identity, or it is a 400 `code_foreign`.",
        ],
        async run(context) {
          const person = await logInOn(context);
          const account = await register(context);
          await expectUnchanged(context, account, async () =>
            refused(context, context.id, { token: account.token, body: await tap(context) }, 'sealed_data_invalid'),
          );
          await expectUnchanged(context, person, async () => {
            const code = await context.codeOn('alipay', context.target.newName());
            await refused(context, context.id, { token: person.token, body: { ...(await tap(context)), code } }, 'code_foreign');
          });
          const code = await context.codeOn('alipay', context.person);
          await context.call(context.id, { token: person.token, body: { ...(await tap(context)), code } });
          await refused(context, 'silentLoginAlipay', { body: { code } }, 'code_used', 'code_invalid');
        },
      },
    ],
  ),
  ...memoryOf(
    ['updatePhoneWechat', 'updatePhoneBytedance'],
    [
      {
        title: 'accepts only an unused phone code',
        says: [
          'One that is used or expired, or a login code, is a 400 `phone_code_invalid`: let the person tap again.',
          'One that is used or expired, or of another person, or a login code, is a 400 `phone_code_invalid`: let the person tap again.',
          '`phone_code` is `detail.code` of the callback.',
        ],
        async run(context) {
          await giveNumber(context);
          const person = await logInOn(context);
          const { phone_code } = await tap(context);
          await context.call(context.id, { token: person.token, body: { phone_code } });
          await expectUnchanged(context, person, async () => {
            for (const code of [phone_code, await context.codeOn(context.platform, context.person)]) {
              await refused(context, context.id, { token: person.token, body: { phone_code: code } }, 'phone_code_invalid');
            }
          });
        },
      },
    ],
  ),
  ...memoryOf(
    ['updatePhoneWechat'],
    [
      {
        title: 'accepts no phone code of another person',
        says: [
          'One that is used or expired, or of another person, or a login code, is a 400 `phone_code_invalid`: let the person tap again.',
        ],
        async run(context) {
          await giveNumber(context);
          const person = await logInOn(context);
          const { phone_code } = await tap(context, context.target.newName());
          await expectUnchanged(context, person, () =>
            refused(context, context.id, { token: person.token, body: { phone_code } }, 'phone_code_invalid'),
          );
        },
      },
    ],
  ),
];
