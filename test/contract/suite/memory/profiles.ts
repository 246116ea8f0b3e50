import { expect } from 'vitest';
import { operationIds } from '../../../support/contract.ts';
import { sealingPlatforms, signingPlatforms } from '../../../support/platforms.ts';
import { type Context, type Fields, fullestExample, kindOf, platformOf } from '../context.ts';
import { prepare } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { expectUnchanged, expectUnknownOn, logInOn, type Person, recordOf, refused, register, seenBy } from './people.ts';

const logins = operationIds.filter((id) => kindOf(id) === 'authorizedLogin');
const on = (platforms: readonly string[]) => (id: (typeof logins)[number]) => platforms.includes(platformOf(id) ?? '');
const updates = operationIds.filter((id) => kindOf(id) === 'updateProfile');

/** Grants the profile of the context's person. @returns the answered session */
async function grant(context: Context, fields: Fields = {}): Promise<Person> {
  const { body } = await context.call(context.id, await prepare(context, { ...fullestExample(context.id), create_user: true, ...fields }));
  return { id: body.user_id, token: body.token };
}

const callThem = (context: Context, nickname: string) => context.changePerson(context.person, { nickname });

export const profileMemory: MemoryCase[] = [
  ...memoryOf(logins, [
    {
      title: 'finds the user of a person, or creates one, with the profile',
      says: [
        'The server exchanges the code with {Platform}, checks that `signature` fits `rawData`, opens `encryptedData`, finds the user by openid, or creates one, and opens a session.',
        'The server exchanges the code with {Platform}, opens `data`, finds the user by openid, or creates one, and opens a session.',
        'The server exchanges the code with {Platform}, finds the user by openid, or creates one, and opens a session.',
        'True once the user has granted a profile on any platform.',
        'Data of one platform about the user, its ids and the profile fields that the platform returned.',
      ],
      async run(context) {
        const person = await logInOn(context);
        expect(await recordOf(context, person)).toMatchObject({ is_authorized: false, nickname: '' });
        await callThem(context, 'Plum');
        expect((await grant(context)).id).toBe(person.id);
        expect(await recordOf(context, person)).toMatchObject({ is_authorized: true, nickname: 'Plum' });
        expect(await seenBy(context, await register(context), person.id)).toMatchObject({ id: person.id, nickname: 'Plum' });
      },
    },
    {
      title: 'writes the profile as requested',
      says: [
        'It writes the profile to `_provider.{platform}`, and to the first-level fields as `update_userprofile` says, and sets `is_authorized`.',
        '`overwrite` writes them, `setnx` writes only those never assigned, `false` leaves them; the string and the boolean mean the same.',
        "`_provider` stores the platform's profile in all three cases.",
        'Update of the first-level profile fields (`nickname`, `avatar`, `gender` …).',
        'As the platform gave it.',
        'As the platform gave it, e.g. `zh_CN`.',
      ],
      async run(context) {
        let person: Person | undefined;
        const steps = [
          ['One', 'false', ''],
          ['Two', 'setnx', 'Two'],
          ['Three', 'setnx', 'Two'],
          ['Four', false, 'Two'],
          ['Five', 'overwrite', 'Five'],
          ['Six', undefined, 'Five'],
        ] as const;
        for (const [nickname, update_userprofile, stored] of steps) {
          await callThem(context, nickname);
          person = await grant(context, { update_userprofile });
          const record = await recordOf(context, person);
          expect(record, `${nickname} by ${update_userprofile}`).toMatchObject({ nickname: stored, is_authorized: true });
          expect(JSON.stringify(record._provider[context.platform])).toContain(nickname);
          const { language = '' } = record._provider[context.platform];
          expect(record.language).toBe(stored === '' ? '' : language);
          expect(record.avatar === '').toBe(stored === '');
        }
      },
    },
    {
      title: 'treats placeholders as a missing profile',
      says: [
        "Placeholders are no values in any of them: an empty text, a gender of 0, a host's default name and picture (`微信用户`).",
        'They are not written and do not count as assigned, and a profile of placeholders alone leaves `is_authorized` unchanged.',
      ],
      async run(context) {
        await context.changePerson(context.person, { anonymous: true, gender: 0, city: '', province: '', country: '' });
        const person = await grant(context, { update_userprofile: 'overwrite' });
        expect(await recordOf(context, person)).toMatchObject({ nickname: '', avatar: '', gender: 0, is_authorized: false });
        await context.changePerson(context.person, { anonymous: false, nickname: 'Plum', gender: 2 });
        await grant(context, { update_userprofile: 'setnx' });
        expect(await recordOf(context, person)).toMatchObject({ nickname: 'Plum', gender: 2, is_authorized: true });
        await context.changePerson(context.person, { anonymous: true, gender: 0 });
        await grant(context, { update_userprofile: 'overwrite' });
        expect(await recordOf(context, person)).toMatchObject({ nickname: 'Plum', gender: 2, is_authorized: true });
      },
    },
  ]),
  ...memoryOf(logins.filter(on(sealingPlatforms)), [
    {
      title: 'stores nothing of data that cannot be opened',
      says: [
        'Fetch the code before the profile: `{login}` may change the session key, and what was sealed with the old one is a 400 `signature_invalid` or `sealed_data_invalid`.',
        'Fetch the code before the profile: `{login}` may change the session key, and what was sealed with the old one is a 400 `sealed_data_invalid`.',
        '`sealed_data_invalid` covers every reason for which the data cannot be decrypted or differs from `rawData`.',
        '`sealed_data_invalid` covers every reason for which the data cannot be decrypted or does not fit, without distinguishing them.',
        'The code must be older than the profile.',
        'Data that the host sealed with its current session key, in base64.',
        'Only the server can open it, and only with that key.',
      ],
      async run(context) {
        for (const tamper of ['stale_key', 'garbage', 'wrong_openid'] as const) {
          const { body } = await prepare(context, undefined, { tamper });
          await refused(context, context.id, { body }, 'sealed_data_invalid', 'signature_invalid');
        }
        await expectUnknownOn(context);
      },
    },
  ]),
  ...memoryOf(logins.filter(on(signingPlatforms)), [
    {
      title: 'stores nothing of a profile with another signature',
      says: [
        '`signature` is made over this very text: send it unparsed, because parsing and serialising it rarely gives the same text.',
        "The host's `signature`, the SHA-1 of `rawData` followed by the session key, in hexadecimal.",
        'The profile as the host gave it, letter for letter.',
      ],
      async run(context) {
        const forged = await prepare(context, undefined, { tamper: 'bad_signature' });
        await refused(context, context.id, forged, 'signature_invalid');
        const { body } = await prepare(context);
        const { rawData, ...fields } = body as { rawData: string };
        await refused(context, context.id, { body: { ...fields, rawData: `${rawData} ` } }, 'signature_invalid');
        await expectUnknownOn(context);
      },
    },
  ]),
  ...memoryOf(
    ['authorizedLoginJd'],
    [
      {
        title: 'identifies the user by the code, regardless of userInfo',
        says: [
          'JD neither seals nor signs `userInfo`, so anyone can write anything into it: it is for display only, and the identity comes from the code alone.',
          'JD neither seals nor signs it, so it is for display only: identity comes from the code alone.',
          'Fields other than these are ignored.',
        ],
        async run(context) {
          const other = await logInOn(context, 'jd', context.target.newName());
          const { openid } = await recordOf(context, other);
          const request = await prepare(context);
          const { userInfo, ...fields } = request.body as { userInfo: Fields };
          const { body } = await context.call(context.id, {
            body: { ...fields, userInfo: { ...userInfo, openId: openid, openid, id: other.id } },
          });
          expect(body.user_id).not.toBe(other.id);
          expect(body.openid).not.toBe(openid);
        },
      },
    ],
  ),
  ...memoryOf(updates, [
    {
      title: "writes the profile of the session's user",
      says: [
        'It writes the profile to `_provider.wechat`, and to the first-level fields as `update_userprofile` says, and sets `is_authorized`.',
        'The server exchanges the code with WeChat, checks that `signature` fits `rawData`, and opens `encryptedData`.',
        'The profile is written.',
      ],
      async run(context) {
        const request = await prepare(context, { ...fullestExample(context.id), update_userprofile: 'overwrite' });
        const { body } = await context.call(context.id, request);
        expect(body.nickname).not.toBe('');
        const stored = await recordOf(context, { id: body.id, token: request.token ?? '' });
        expect(stored).toEqual(body);
        expect(stored).toMatchObject({ is_authorized: true, _provider: { wechat: { nickName: body.nickname } } });
      },
    },
  ]),
  ...memoryOf(
    ['updateProfileWechat'],
    [
      {
        title: "changes nothing with a code of anyone else, or data that doesn't fit",
        says: [
          "The code must be of the user's own WeChat identity; a code of anyone else is a 400 `code_foreign`.",
          'Fetch the code before the tap: a `wx.login` after it may change the session key, and what was sealed with the old one is a 400 `signature_invalid` or `sealed_data_invalid`.',
          'It uses up the code.',
        ],
        async run(context) {
          const person = await logInOn(context);
          const other = await logInOn(context, 'wechat', context.target.newName());
          await expectUnchanged(context, person, () =>
            expectUnchanged(context, other, async () => {
              const { body } = await prepare(context);
              await refused(context, context.id, { token: other.token, body }, 'code_foreign');
              for (const tamper of ['stale_key', 'bad_signature'] as const) {
                const request = await prepare(context, undefined, { tamper });
                await refused(context, context.id, request, 'signature_invalid', 'sealed_data_invalid');
              }
            }),
          );
          const request = await prepare(context);
          await context.call(context.id, request);
          await refused(context, context.id, request, 'code_used');
        },
      },
    ],
  ),
  ...memoryOf(
    ['updateProfileWechatV25'],
    [
      {
        title: 'writes only the first-level fields of a user without a WeChat identity',
        says: ['A user without a WeChat identity gets the first-level fields alone.'],
        async run(context) {
          const account = await register(context);
          await context.call(context.id, { token: account.token, body: { nickName: 'Plum', city: 'Rome', openid: 'x', _phone: '1' } });
          const stored = await recordOf(context, account);
          expect(stored).toMatchObject({ nickname: 'Plum', city: 'Rome', openid: '', _phone: null, _provider: {} });
        },
      },
      {
        title: 'completes the address of a picture',
        says: ['As `Avatar`, and also without `https:` in front, as some hosts give it.'],
        async run(context) {
          const account = await register(context);
          await context.call(context.id, { token: account.token, body: { avatarUrl: '//wx.qlogo.cn/plum/132' } });
          expect(await recordOf(context, account)).toMatchObject({ avatar: 'https://wx.qlogo.cn/plum/132' });
        },
      },
    ],
  ),
];
