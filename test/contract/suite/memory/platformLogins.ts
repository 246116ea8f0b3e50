import { expect } from 'vitest';
import { operationIds } from '../../../support/contract.ts';
import { operationOn, otherPlatform } from '../../../support/platforms.ts';
import { kindOf } from '../context.ts';
import { prepare } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { expectUnchanged, expectUnknownOn, logInOn, recordOf, refused, register } from './people.ts';

const silent = operationIds.filter((id) => kindOf(id) === 'silentLogin');
const authorized = operationIds.filter((id) => kindOf(id) === 'authorizedLogin');
const byPhone = operationIds.filter((id) => kindOf(id) === 'phoneLogin');

export const platformLoginMemory: MemoryCase[] = [
  ...memoryOf(silent, [
    {
      title: 'finds the user of a person, or creates one',
      says: [
        'The server exchanges the code of `{login}` with {Platform}, finds the user by openid, or creates one, and opens a session.',
        'The server exchanges the code of `{login}` (`swan.login` on older hosts) with {Platform}, finds the user by openid, or creates one, and opens a session.',
        "The server exchanges it with the platform for the person's openid, finds or creates the user and opens a session.",
        'A login by code alone.',
        'A WeChat login by code alone.',
        'A session that a platform login opened.',
        "The person's id in this app on this platform.",
        "One object for each linked platform, keyed by the platform's name: `wechat`, `qq`, `baidu`, `kuaishou`, `jd`, `alipay`, `bytedance`, `xiaohongshu`.",
        "The openid of this session's platform; '' if the user has none.",
        "The unionid of this session's platform; '' if there is none.",
        "The openid of the platform; '' if the user has none.",
        "The unionid of the platform; '' if there is none.",
      ],
      async run(context) {
        const { platform } = context;
        const first = await logInOn(context);
        const other = await logInOn(context, platform, context.target.newName());
        expect((await logInOn(context)).id).toBe(first.id);
        expect(other.id).not.toBe(first.id);
        const { _provider, openid, unionid, ...record } = await recordOf(context, first);
        expect(Object.keys(_provider)).toEqual([platform]);
        expect(_provider[platform]).toMatchObject({ openid });
        expect(openid).not.toBe('');
        expect(unionid).toBe(_provider[platform].unionid ?? '');
        expect(record).toMatchObject({ is_authorized: false, nickname: '', _anonymous: false });
        expect((await recordOf(context, other)).openid).not.toBe(openid);
        expect(await recordOf(context, await register(context))).toMatchObject({ openid: '', unionid: '', _provider: {} });
      },
    },
  ]),
  ...memoryOf(
    [...silent, ...authorized],
    [
      {
        title: 'stores nothing of a new person unless it may create a user',
        says: [
          'With `create_user: false` a person without a user gets 404 `identity_not_found` and nothing is stored.',
          'False: such a login ends with 404 and nothing is stored, which is how an app starts "sign in to an existing account, then link".',
          'Nothing was stored.',
          'No user has this platform identity and `create_user` is false.',
        ],
        async run(context) {
          const request = await prepare(context);
          const body = { ...(request.body as object), create_user: false };
          await refused(context, context.id, { body }, 'identity_not_found');
          await expectUnknownOn(context);
        },
      },
      {
        title: 'uses up the code',
        says: ['It uses up the code.', 'Good for one exchange, for a few minutes.'],
        async run(context) {
          const request = await prepare(context);
          const { body } = await context.call(context.id, request);
          await expectUnchanged(context, { id: body.user_id, token: body.token }, () =>
            refused(context, context.id, request, 'code_used', 'code_invalid'),
          );
        },
      },
      {
        title: 'works with a new code after an invalid one, and stores nothing for the invalid one',
        says: [
          'On `code_invalid` and `code_used`, call `{login}` again and send the new code.',
          'On these, and on `code_invalid` and `code_used`, do both again, in that order.',
          'On this, and on `code_invalid` and `code_used`, do both again, in that order.',
        ],
        async run(context) {
          const { body } = await prepare(context);
          await refused(context, context.id, { body: { ...(body as object), code: `never-${context.person}` } }, 'code_invalid');
          await expectUnknownOn(context);
          await context.call(context.id, await prepare(context));
        },
      },
      {
        title: 'stores nothing if the platform is busy, and says how long to wait',
        says: ['On `platform_busy` and `platform_rate_limited`, wait for `Retry-After` first.', 'Seconds to wait before the next attempt.'],
        async run(context) {
          for (const [kind, code] of [
            ['busy', 'platform_busy'],
            ['rate_limited', 'platform_rate_limited'],
          ] as const) {
            const request = await prepare(context, undefined, { fault: { kind } });
            const { headers } = await refused(context, context.id, request, code);
            expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
          }
          await expectUnknownOn(context);
        },
      },
    ],
  ),
  ...memoryOf(byPhone, [
    {
      title: 'uses up the code of a login with a number',
      says: ['It uses up the code.', 'It uses up both codes.'],
      async run(context) {
        const request = await prepare(context);
        const { body } = await context.call(context.id, request);
        await expectUnchanged(context, { id: body.user_id, token: body.token }, () =>
          refused(context, context.id, request, 'code_used', 'code_invalid'),
        );
      },
    },
  ]),
  ...memoryOf(
    ['silentLoginJd'],
    [
      {
        title: 'keeps the xId',
        says: ['`_provider.jd` also keeps the `xId` that JD returns.'],
        async run(context) {
          const person = await logInOn(context);
          expect(await recordOf(context, person)).toMatchObject({ _provider: { jd: { xId: expect.stringMatching(/^o\*/) } } });
        },
      },
    ],
  ),
  ...memoryOf(
    ['silentLoginAlipay'],
    [
      {
        title: 'keeps the ids that the platform reports',
        says: [
          "The openid is Alipay's `open_id`, or its `user_id` for an app that gets no `open_id`.",
          '`_provider.alipay` has the ones that Alipay reported, and both of them find the user, as does the `union_id` if it is known: an app that Alipay switches from one to the other keeps its people.',
        ],
        async run(context) {
          const { openid, _provider } = await recordOf(context, await logInOn(context));
          const { open_id, user_id } = _provider.alipay;
          expect(openid).toBe(open_id ?? user_id);
          expect(openid).toMatch(/.+/);
        },
      },
    ],
  ),
  ...memoryOf(
    ['silentLoginWechat'],
    [
      {
        title: 'finds the user by unionid too, and keeps the unionid',
        says: [
          "The person's id across the developer's apps, if the platform gave one.",
          'With `login_with_unionid: true` the unionid is looked up first; if it points to another user than the openid does, the login fails with 409 `unionid_conflict`.',
          'Look the user up by unionid first, then by openid, and fill in the missing one.',
        ],
        async run(context) {
          const first = await logInOn(context);
          const second = await logInOn(context, 'wechat', context.person, { login_with_unionid: true });
          expect(second.id).toBe(first.id);
          const { unionid, _provider } = await recordOf(context, second);
          expect(unionid).toMatch(/.+/);
          expect(_provider.wechat.unionid).toBe(unionid);
        },
      },
      {
        title: 'accepts the mock code of developer tools, and no other code with spaces',
        says: [
          '`the code is a mock one` comes from the developer tools in a project without its own appid: a platform rejects it (400 `code_invalid`), and the sandbox takes it for the owner of the device.',
          'No other code has blanks.',
        ],
        async run(context) {
          await context.codeOn('wechat', context.person);
          const logIn = () => context.call('silentLoginWechat', { body: { code: 'the code is a mock one' } });
          expect((await logIn()).body.user_id).toBe((await logIn()).body.user_id);
          await refused(context, 'silentLoginWechat', { body: { code: 'the code is another' } }, 'request_invalid');
        },
      },
      {
        title: "answers with the ids of the session's own platform",
        says: [],
        async run(context) {
          const { platform } = context;
          const person = await logInOn(context);
          const elsewhere = otherPlatform(platform);
          const code = await context.codeOn(elsewhere, context.person);
          await context.call(operationOn('link', elsewhere), { token: person.token, body: { code } });
          const there = await recordOf(context, await logInOn(context, elsewhere));
          expect(there.id).toBe(person.id);
          expect(there.openid).toBe(there._provider[elsewhere].openid);
          expect(there.openid).not.toBe((await recordOf(context, person)).openid);
        },
      },
    ],
  ),
];
