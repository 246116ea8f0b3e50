import { expect } from 'vitest';
import { operationTable } from '../../../../generated/operations.ts';
import { operationIds } from '../../../support/contract.ts';
import { prepare } from '../fixtures.ts';
import { Lacking } from '../target.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectClosed, expectUnchanged, expectUnknownOn, logInAgain, recordOf, refused, register } from './people.ts';

const opens = /^(register|login|silentLogin|authorizedLogin|phoneLogin)/;
/** Every operation that opens a session. */
export const logins = operationIds.filter((id) => opens.test(id));
const withSession = operationIds.filter((id) => operationTable[id].session === 'required');
export const sessionMemory: MemoryCase[] = [
  ...memoryOf(logins, [
    {
      title: 'opens a session of the user in the answer, whose record is the answer',
      says: ['A session is open.', 'The account exists and a session is open.'],
      async run(context) {
        const { body } = await context.call(context.id, await prepare(context));
        const { token, expires_in, user_info, ...flat } = body;
        const user = user_info ?? flat;
        expect(await recordOf(context, { id: body.user_id, token })).toEqual(user);
        expect(body).toMatchObject({ user_id: user.id, openid: user.openid, unionid: user.unionid });
        expect(expires_in).toBe(2_592_000);
      },
    },
  ]),
  ...memoryOf(
    ['loginByUsername', 'registerByEmail', 'silentLoginWechat'],
    [
      {
        title: 'answers with the whole record, and a token that no other login has',
        says: [
          'Seconds until the session ends, 2592000 (30 days).',
          "The session's own user, every field present.",
          "The session's own record (`CurrentUser`) carries every field.",
          "The user's fields are at the same level as the session's.",
          '`user_id`, `openid` and `unionid` are those of `user_info`; SDKs from before `user_info` read them at the top level.',
          "A user's id, an integer that is safe in JavaScript.",
          '`Authorization: Hydrogen-r1 <token>` carries the session if one is needed.',
          'Send `Hydrogen-r1 ` and the `token` of this answer as `Authorization`.',
        ],
        async run(context) {
          const first = (await context.call(context.id, await prepare(context))).body;
          const second = (await context.call('loginAnonymously')).body;
          expect(second.token).not.toBe(first.token);
          expect(Number.isSafeInteger(first.user_id)).toBe(true);
          const user = first.user_info ?? first;
          expect(first).toMatchObject({ user_id: user.id, openid: user.openid, unionid: user.unionid });
          expect(user).toMatchObject({ id: user.user_id, created_at: expect.any(Number), _provider: expect.any(Object) });
          expect(await recordOf(context, { id: user.id, token: first.token })).toMatchObject({ id: user.id, created_at: user.created_at });
        },
      },
    ],
  ),
  ...memoryOf(withSession, [
    {
      title: 'refuses a session that was closed, and one that never was',
      says: [
        'Missing is a 401 `session_required`, unknown or expired a 401 `session_invalid`.',
        'Without a session it is a 401 `session_required`.',
      ],
      async run(context) {
        const request = await prepare(context);
        await context.call('logout', { token: request.token });
        await refused(context, context.id, request, 'session_invalid');
        await refused(context, context.id, { ...request, token: undefined }, 'session_required');
      },
    },
  ]),
  ...memoryOf(
    ['updatePhoneKuaishou'],
    [
      {
        title: 'refuses a session that was closed, and one that never was',
        says: [
          'Without a session, or with one that is unknown or expired, it is a 403 `session_forbidden` and not a 401, because deployed clients on Kuaishou expect it.',
        ],
        async run(context) {
          const request = await prepare(context);
          await context.call('logout', { token: request.token });
          await refused(context, context.id, request, 'session_forbidden');
          await refused(context, context.id, { ...request, token: undefined }, 'session_forbidden');
        },
      },
    ],
  ),
  ...memoryOf(
    ['updatePhoneWechat', 'updateProfileWechat'],
    [
      {
        title: 'refuses a request without a session',
        says: ['Without a session it is a 401 `session_required`.'],
        async run(context) {
          await refused(context, context.id, { ...(await prepare(context)), token: undefined }, 'session_required');
        },
      },
    ],
  ),
  ...memoryOf(
    ['logout'],
    [
      {
        title: 'ends one session permanently, and no other',
        says: [
          'It closes the session that `Authorization` names, and no other session of the user.',
          'The token is invalid afterwards: any later call with it, a second logout included, is a 401 `session_invalid`.',
          'The session is closed.',
          'Closes this session.',
        ],
        async run(context) {
          const account = await register(context);
          const other = await logInAgain(context, account);
          await context.call('logout', { token: account.token });
          await expectClosed(context, account);
          await refused(context, 'logout', { token: account.token }, 'session_invalid');
          await expectUnchanged(context, other, () =>
            refused(context, 'updateUser', { token: account.token, body: { nickname: 'After' } }, 'session_invalid'),
          );
          await logInAgain(context, account);
        },
      },
    ],
  ),
  ...memoryOf(
    ['loginAnonymously'],
    [
      {
        title: 'creates another user with every call',
        says: [
          'Every call creates a new user with `_anonymous: true` and opens a session, so call it once and keep the session: it is the only way back to that user.',
          'True for a user that has neither an account nor a platform identity.',
        ],
        async run(context) {
          const people = [await becomeAnonymous(context), await becomeAnonymous(context)];
          expect(people[0]?.id).not.toBe(people[1]?.id);
          for (const person of people) expect(await recordOf(context, person)).toMatchObject({ id: person.id, _anonymous: true });
          expect(await recordOf(context, await register(context))).toMatchObject({ _anonymous: false });
        },
      },
      {
        title: 'links and changes no account',
        says: ['Anonymous users cannot link a platform or change their account (403 `anonymous_forbidden`).'],
        async run(context) {
          const anonymous = await becomeAnonymous(context);
          const username = context.target.newName();
          await expectUnchanged(context, anonymous, async () => {
            const code = await context.codeOn('wechat', context.person);
            await refused(context, 'linkWechat', { token: anonymous.token, body: { code } }, 'anonymous_forbidden');
            await refused(context, 'updateAccount', { token: anonymous.token, body: { username } }, 'anonymous_forbidden');
          });
          await expectUnknownOn(context, 'wechat');
          await register(context, 'username', { name: username });
        },
      },
      {
        title: 'opens a session that a registration upgrades',
        says: ['A registration that carries the session upgrades the user, id unchanged.'],
        async run(context) {
          const anonymous = await becomeAnonymous(context);
          const account = await register(context, 'username', { token: anonymous.token });
          expect(account.id).toBe(anonymous.id);
          expect((await logInAgain(context, account)).id).toBe(anonymous.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['registerByUsername', 'loginByUsername'],
    [
      {
        title: 'has separate users and sessions in each environment',
        says: ['Its users, identities and sessions are separate.', 'A non-production environment of the app.'],
        async run(context) {
          const account = await register(context);
          const headers = { 'X-Hydrogen-Env-ID': 'staging' };
          const body = { username: account.name, password: 'plum-rain-june' };
          const there = await context.target.send('loginByUsername', { body, headers });
          if (there.body.code === 'request_invalid') throw new Lacking('an environment named staging');
          expect(there.body.code).toBe('credentials_invalid');
          const elsewhere = await context.target.send('getUser', { token: account.token, params: { user_id: account.id }, headers });
          expect(elsewhere.body.code).toBe('session_invalid');
          const again = await context.call('registerByUsername', { body, headers });
          expect(again.body.id).not.toBe(account.id);
          await expectClosed(context, { id: account.id, token: again.body.token });
        },
      },
    ],
  ),
];
