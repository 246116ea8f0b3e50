import { expect } from 'vitest';
import { createBrowser, goToWechat } from '../../../support/webLogin.ts';
import type { Context } from '../context.ts';
import { callbackPage, prepare, webTokenOf } from '../fixtures.ts';
import { Lacking } from '../target.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectUnchanged, expectUnknownOn, logInOn, type Person, recordOf, refused, register } from './people.ts';

const web = 'oauth-wechat-web';

async function logInOnWeb(context: Context, more: object = {}, person = context.person): Promise<Person> {
  const { body } = await context.call('loginOnWeb', { body: { auth_token: await webTokenOf(context, { person }), ...more } });
  return { id: body.id, token: body.token };
}

const link = async (context: Context, { token }: Person, person = context.person) =>
  context.call('linkOnWeb', { token, body: { auth_token: await webTokenOf(context, { token, person }) } });

export const webLoginMemory: MemoryCase[] = [
  ...memoryOf(
    ['createWebLogin'],
    [
      {
        title: 'sends the person back to the page with a token, but not a person who declines',
        says: [
          'The person agrees there and comes back to `callback_url` with a `token`, which `loginOnWeb`, `silentLoginOnWeb` or `linkOnWeb` takes.',
          'A person who declines ends on a page of this server that says so, and never on `callback_url`.',
          'The whole login takes place in one browser, which a cookie of this server proves.',
          'The login has begun.',
          'The page that the person comes back to, and whether to ask for the profile.',
          'The page that receives the `token`.',
          'The beginning of a web login.',
          "A page in a frame may add the `self_redirect`, `style` and `href` of WeChat's embedded QR code.",
          "The address to open: it leads to the platform's page, and works once, for ten minutes.",
        ],
        async run(context) {
          if (context.target.sandbox === undefined) throw new Lacking("a sandbox, for WeChat's pages");
          const begin = async () => (await context.call('createWebLogin', { body: { callback_url: callbackPage } })).body.redirect_url;
          const [mine, another] = [createBrowser(), createBrowser()];
          const { person } = context;
          const declined = await mine.open(await goToWechat(mine, await begin(), { deny: true }));
          expect([declined.status, declined.location]).toEqual([200, '']);
          const redirectUrl = await begin();
          const wayBack = await goToWechat(mine, redirectUrl, { person });
          expect((await mine.open(redirectUrl)).status).toBe(410);
          const framed = await mine.open(`${await begin()}&self_redirect=true`);
          expect(new URL(framed.location).searchParams.get('self_redirect')).toBe('true');
          expect((await another.open(wayBack)).location).toBe('');
          const { location } = await mine.open(wayBack);
          expect(location).toMatch(/^http:\/\/localhost:8080\/auth\.html\?handler=login&token=[\w-]{43}$/);
        },
      },
      {
        title: 'refuses pages elsewhere, and a silent login by a QR code',
        says: [
          'A `callback_url` whose origin the app does not list is a 400 `request_invalid`, and so is `silent_login` for `oauth-wechat-web`.',
          "Its origin (scheme, host and port) must be one of the app's `callback_origins`; path and query are up to the page and stay as they are, except for a `token`.",
          'Only `oauth-wechat-mp` can.',
        ],
        async run(context) {
          for (const body of [
            { callback_url: 'https://evil.example/?http://localhost:8080/' },
            { callback_url: callbackPage, silent_login: true },
          ]) {
            await refused(context, 'createWebLogin', { body }, 'request_invalid');
          }
        },
      },
      {
        title: 'binds the token to the session that it begins in',
        says: [
          'If the request carries a session, the token is valid in that session only, so a token for `linkOnWeb` needs one here.',
          'The login must have begun in this session (`createWebLogin` with `Authorization`), so no one can slip the person another WeChat.',
          "It works once, for five minutes, for the app and the provider that it was issued for, from pages of the callback's origin, and in the session that the login began in, if there was one.",
        ],
        async run(context) {
          const [mine, another] = [await register(context), await register(context)];
          const auth_token = await webTokenOf(context, { token: mine.token });
          await expectUnchanged(context, another, async () => {
            await refused(context, 'linkOnWeb', { token: another.token, body: { auth_token } }, 'auth_token_invalid');
            await refused(context, 'loginOnWeb', { body: { auth_token } }, 'auth_token_invalid');
            const unbound = await webTokenOf(context);
            await refused(context, 'linkOnWeb', { token: another.token, body: { auth_token: unbound } }, 'auth_token_invalid');
          });
          const elsewhere = { token: mine.token, body: { auth_token }, headers: { Origin: 'https://evil.example' } };
          await refused(context, 'linkOnWeb', elsewhere, 'auth_token_invalid');
          await context.call('linkOnWeb', { token: mine.token, body: { auth_token } });
          await refused(context, 'linkOnWeb', { token: mine.token, body: { auth_token } }, 'auth_token_invalid');
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginOnWeb', 'silentLoginOnWeb'],
    [
      {
        title: 'finds the user of a person, or creates one, and uses up the token',
        says: [
          'The server finds the user by the openid in this app of WeChat, or by the unionid of a mini-program or another app, or creates one, and opens a session.',
          'It finds or creates the user as `loginOnWeb` does, and opens a session.',
          'It uses up the token.',
          'A platform that people log in with on web pages: `oauth-wechat-web` shows a QR code that WeChat scans, `oauth-wechat-mp` is for pages inside WeChat, which belong to an official account.',
          'The token of a web login without a profile.',
        ],
        async run(context) {
          const mini = await logInOn(context, 'wechat');
          const request = await prepare(context);
          const { body } = await context.call(context.id, request);
          expect(body.user_id).toBe(mini.id);
          const person = { id: mini.id, token: body.token };
          await expectUnchanged(context, person, () => refused(context, context.id, request, 'auth_token_invalid'));
          const record = await recordOf(context, person);
          const provider = context.id === 'loginOnWeb' ? web : 'oauth-wechat-mp';
          expect(record._provider[provider]).toMatchObject({ openid: record.openid, unionid: record._provider.wechat.unionid });
          expect(record.openid).not.toBe(record._provider.wechat.openid);
        },
      },
      {
        title: 'stores nothing of a new person unless it may create a user',
        says: [
          'With `create_user: false` a person without a user gets 404 `identity_not_found` and nothing is stored.',
          'False: such a login ends with 404 and nothing is stored, which is how an app starts "sign in to an existing account, then link".',
          'Nothing was stored.',
        ],
        async run(context) {
          const { body } = await prepare(context);
          await refused(context, context.id, { body: { ...(body as object), create_user: false } }, 'identity_not_found');
          await expectUnknownOn(context, 'wechat');
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginOnWeb'],
    [
      {
        title: 'writes the granted profile as the request says',
        says: [
          "It writes a granted profile to `_provider` under the provider's name, and to the first-level fields as `update_userprofile` says, and sets `is_authorized`.",
          'The token of a web login, which may hold the profile that the person granted.',
          '`overwrite` writes them, `setnx` writes only those never assigned, `false` leaves them; the string and the boolean mean the same.',
          "`_provider` stores the platform's profile in all three cases.",
        ],
        async run(context) {
          const { changePerson, person } = context;
          await changePerson(person, { nickname: 'First' });
          const first = await logInOnWeb(context);
          expect(await recordOf(context, first)).toMatchObject({
            nickname: 'First',
            is_authorized: true,
            _provider: { [web]: { nickname: 'First' } },
          });
          await changePerson(person, { nickname: 'Second' });
          for (const update_userprofile of ['setnx', 'false', false]) {
            const again = await logInOnWeb(context, { update_userprofile });
            expect(await recordOf(context, again)).toMatchObject({ nickname: 'First', _provider: { [web]: { nickname: 'Second' } } });
          }
          expect(await recordOf(context, await logInOnWeb(context, { update_userprofile: 'overwrite' }))).toMatchObject({
            nickname: 'Second',
          });
        },
      },
    ],
  ),
  ...memoryOf(
    ['linkOnWeb'],
    [
      {
        title: 'makes WeChat on the web find the account from then on',
        says: [
          'The login must have begun in this session (`createWebLogin` with `Authorization`), so no one can slip the person another WeChat.',
          "The identity is linked to the session's user.",
          "The platform identity is linked to the session's user.",
          'Linking the same one again is a 200.',
          'The token of the identity to link.',
          'It uses up the token.',
        ],
        async run(context) {
          const account = await register(context);
          const unbound = { token: account.token, body: { auth_token: await webTokenOf(context) } };
          await refused(context, 'linkOnWeb', unbound, 'auth_token_invalid');
          const { body } = await link(context, account);
          expect(body).toMatchObject({ status: 'ok', user_id: account.id });
          expect((await link(context, account)).body.user_id).toBe(account.id);
          const there = await logInOnWeb(context, { create_user: false });
          expect(there.id).toBe(account.id);
          expect(await recordOf(context, there)).toMatchObject({ openid: body.openid, _username: account.name, is_authorized: true });
        },
      },
      {
        title: 'gives no identity a second user, and no user a second identity',
        says: [
          'One identity belongs to one user of the app, and a user has one identity in an app of WeChat.',
          "An identity whose openid or unionid is another user's is a 409 `identity_taken`, a second identity a 409 `platform_already_linked`; neither changes anything.",
        ],
        async run(context) {
          const owner = await logInOn(context, 'wechat');
          const account = await register(context);
          const stranger = context.target.newName();
          const linking = async ({ token }: Person, person = context.person) => ({
            token,
            body: { auth_token: await webTokenOf(context, { token, person }) },
          });
          await expectUnchanged(context, owner, () =>
            expectUnchanged(context, account, async () => refused(context, 'linkOnWeb', await linking(account), 'identity_taken')),
          );
          const onWeb = await logInOnWeb(context);
          expect(onWeb.id).toBe(owner.id);
          await refused(context, 'linkOnWeb', await linking(onWeb, stranger), 'platform_already_linked');
          await link(context, account, stranger);
          await refused(context, 'linkOnWeb', await linking(onWeb, stranger), 'identity_taken');
          expect((await logInOnWeb(context, { create_user: false }, stranger)).id).toBe(account.id);
        },
      },
      {
        title: 'links nothing to an anonymous user',
        says: ['Anonymous users get 403 `anonymous_forbidden`: register first.'],
        async run(context) {
          const anonymous = await becomeAnonymous(context);
          const auth_token = await webTokenOf(context, { token: anonymous.token });
          const request = { token: anonymous.token, body: { auth_token } };
          await expectUnchanged(context, anonymous, () => refused(context, 'linkOnWeb', request, 'anonymous_forbidden'));
        },
      },
    ],
  ),
];
