import { expect } from 'vitest';
import { operationIds } from '../../../support/contract.ts';
import { otherPlatform, sealingPlatforms, signingPlatforms } from '../../../support/platforms.ts';
import { type Context, kindOf, platformOf } from '../context.ts';
import { prepare } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectUnchanged, expectUnknownOn, logInOn, type Person, recordOf, refused, register, seenBy } from './people.ts';

const links = operationIds.filter((id) => kindOf(id) === 'link');

const link = async (context: Context, { token }: Person, person = context.person) =>
  context.call(context.id, { token, body: { code: await context.codeOn(context.platform, person) } });

export const linkMemory: MemoryCase[] = [
  ...memoryOf(links, [
    {
      title: 'makes the platform find the account from then on',
      says: [
        "The identity is linked to the session's user.",
        "The platform identity is linked to the session's user.",
        "The Alipay identity is linked to the session's user.",
        'Linking joins a platform identity to a general account.',
        'Linking the same one again is a 200.',
        'The code of the identity to link.',
      ],
      async run(context) {
        const { platform } = context;
        const account = await register(context);
        await expectUnknownOn(context);
        const { body } = await link(context, account);
        expect(body).toMatchObject({ status: 'ok', user_id: account.id });
        const there = await logInOn(context, platform, context.person, { create_user: false });
        expect(there.id).toBe(account.id);
        const record = await recordOf(context, there);
        expect(record._provider[platform]).toMatchObject({ openid: body.openid });
        expect(record).toMatchObject({ _username: account.name, openid: body.openid });
        expect(await seenBy(context, await register(context), account.id)).not.toHaveProperty('_provider');
        const before = await recordOf(context, account);
        expect((await link(context, account)).body.user_id).toBe(account.id);
        expect(await recordOf(context, account)).toEqual({ ...before, updated_at: expect.any(Number) });
      },
    },
    {
      title: 'gives no identity a second user, and no user a second identity',
      says: [
        "Another user's identity is a 409 `identity_taken`, a second {Platform} identity a 409 `platform_already_linked`; neither changes anything.",
        'One identity belongs to one user of the app, and a user has one identity of a platform.',
        'Nothing was changed.',
      ],
      async run(context) {
        const { platform, target } = context;
        const owner = await logInOn(context);
        const account = await register(context);
        const stranger = target.newName();
        const code = (person: string) => context.codeOn(platform, person);
        await expectUnchanged(context, owner, () =>
          expectUnchanged(context, account, async () => {
            await refused(context, context.id, { token: account.token, body: { code: await code(context.person) } }, 'identity_taken');
            await refused(context, context.id, { token: owner.token, body: { code: await code(stranger) } }, 'platform_already_linked');
          }),
        );
        expect((await logInOn(context)).id).toBe(owner.id);
        await expectUnknownOn(context, platform, stranger);
      },
    },
    {
      title: 'links nothing to an anonymous user',
      says: ['Anonymous users get 403 `anonymous_forbidden`: register first.'],
      async run(context) {
        const anonymous = await becomeAnonymous(context);
        const request = { ...(await prepare(context)), token: anonymous.token };
        await expectUnchanged(context, anonymous, () => refused(context, context.id, request, 'anonymous_forbidden'));
        await expectUnknownOn(context);
      },
    },
    {
      title: 'uses up the code, and links nothing with a wrong one',
      says: ['It uses up the code, and on `code_invalid` and `code_used` ask for another one.'],
      async run(context) {
        const account = await register(context);
        const request = { token: account.token, body: { code: `never-${context.person}` } };
        await expectUnchanged(context, account, () => refused(context, context.id, request, 'code_invalid'));
        await expectUnknownOn(context);
        const used = { token: account.token, body: { code: await context.codeOn(context.platform, context.person) } };
        await context.call(context.id, used);
        await refused(context, context.id, used, 'code_used', 'code_invalid');
      },
    },
    {
      title: 'links one person on several platforms',
      says: [],
      async run(context) {
        const elsewhere = otherPlatform(context.platform);
        const person = await logInOn(context, elsewhere);
        await link(context, person);
        expect((await logInOn(context)).id).toBe(person.id);
        expect((await logInOn(context, elsewhere)).id).toBe(person.id);
        const { _provider } = await recordOf(context, person);
        expect(Object.keys(_provider).sort()).toEqual([context.platform, elsewhere].sort());
      },
    },
  ]),
  ...memoryOf(
    links.filter((id) => [...signingPlatforms, ...sealingPlatforms].some((platform) => platform === platformOf(id))),
    [
      {
        title: 'links nothing with a profile that does not fit',
        says: [
          'With a profile, fetch the code before it: `{login}` may change the session key, and what was sealed with the old one is a 400 `signature_invalid` or `sealed_data_invalid`.',
          "Older ones send the profile too, as `data` and `iv`; what was sealed with an older session key than the code's is a 400 `sealed_data_invalid`.",
        ],
        async run(context) {
          const account = await register(context);
          const { body } = await prepare(context, undefined, { tamper: 'stale_key' });
          await expectUnchanged(context, account, () =>
            refused(context, context.id, { token: account.token, body }, 'sealed_data_invalid', 'signature_invalid'),
          );
          await expectUnknownOn(context);
        },
      },
    ],
  ),
  ...memoryOf(links, [
    {
      title: 'writes a profile that is sent with the code',
      says: [
        'A profile that the person granted may come with it: all four of `rawData`, `signature`, `encryptedData` and `iv`, or none.',
        'A profile that the person granted may come with it as `userInfo`.',
        'With `authorized: true` the server fetches the profile, as `authorizedLoginAlipay` does.',
        'Whether the person granted the profile with the code (`auth_user`).',
        'Older clients send the profile with it, as `data` and `iv`.',
      ],
      async run(context) {
        const account = await register(context);
        await context.changePerson(context.person, { nickname: 'Plum' });
        const { body } = await prepare(context);
        await context.call(context.id, { token: account.token, body });
        expect(await recordOf(context, account)).toMatchObject({ nickname: 'Plum', is_authorized: true });
      },
    },
  ]),
  ...memoryOf(
    ['linkWechat'],
    [
      {
        title: 'fills in the unionid',
        says: [
          'With `associate_with_unionid: true` the identity is looked up by unionid first, and a missing unionid or openid is filled in; if the two point to different users it is a 409 `unionid_conflict`.',
          'Look the identity up by unionid first, then by openid, and fill in the missing one.',
        ],
        async run(context) {
          const account = await register(context);
          const body = { code: await context.codeOn('wechat', context.person), associate_with_unionid: true };
          const { unionid } = (await context.call('linkWechat', { token: account.token, body })).body;
          expect(unionid).toMatch(/.+/);
          expect((await recordOf(context, account))._provider.wechat.unionid).toBe(unionid);
          expect((await logInOn(context, 'wechat', context.person, { login_with_unionid: true })).id).toBe(account.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['linkBaidu'],
    [
      {
        title: 'accepts only a code, with or without an iv',
        says: ['Current clients send the code alone.', 'An `iv` alone is ignored, because one of them sends just that.'],
        async run(context) {
          const account = await register(context);
          const body = { code: await context.codeOn('baidu', context.person), iv: 'n2SrbtltXoqqsWlthr38cA==' };
          await context.call('linkBaidu', { token: account.token, body });
          expect((await logInOn(context)).id).toBe(account.id);
          expect(await recordOf(context, account)).toMatchObject({ nickname: '', is_authorized: false });
        },
      },
    ],
  ),
];
