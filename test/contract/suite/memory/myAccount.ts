import { expect } from 'vitest';
import { operationOn } from '../../../support/platforms.ts';
import { firstIdentity } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  becomeAnonymous,
  expectClosed,
  expectUnchanged,
  expectUnknownOn,
  logInAgain,
  logInOn,
  recordOf,
  refused,
  register,
} from './people.ts';

const day = 86_400;

export const myAccountMemory: MemoryCase[] = [
  ...memoryOf(
    ['getMe'],
    [
      {
        title: "answers with the record of the session's user",
        says: [
          "Use it to read the session's user without knowing the id; `getUser` with that id returns the same record.",
          'It changes nothing.',
          'Absent unless the user has requested it (`requestClosure`).',
        ],
        async run(context) {
          for (const person of [await register(context), await logInOn(context, 'wechat')]) {
            await context.call('updateUser', { token: person.token, body: { nickname: 'Larry', seat: '12A' } });
            await expectUnchanged(context, person, async () => {
              const { body } = await context.call('getMe', { token: person.token });
              expect(body).toEqual(await recordOf(context, person));
              expect(body).toMatchObject({ id: person.id, nickname: 'Larry', seat: '12A' });
              expect(body).not.toHaveProperty('_closing_at');
            });
          }
        },
      },
    ],
  ),
  ...memoryOf(
    ['listSessions'],
    [
      {
        title: "lists all sessions of the user, the current one included, and no other user's",
        says: [
          'The session that was used last comes first.',
          'It contains nothing with which a session could be taken over.',
          'When it was last used, up to an hour behind.',
          'The network that it was last used from, an IPv4 /24 or an IPv6 /48; null if it is not known.',
          'Whether it is the current session.',
        ],
        async run(context) {
          const first = await register(context);
          const second = await logInAgain(context, first);
          await register(context);
          const { body } = await context.call('listSessions', { token: second.token });
          const times = { created_at: expect.any(Number), last_used_at: expect.any(Number), expires_at: expect.any(Number) };
          expect(body.objects).toHaveLength(2);
          const uses = body.objects.map(({ last_used_at }: { last_used_at: number }) => last_used_at);
          expect(uses).toEqual(uses.toSorted((a: number, b: number) => b - a));
          for (const session of body.objects) expect(session).toMatchObject({ ...times, platform: null });
          expect(body.objects.filter((session: { is_current: boolean }) => session.is_current)).toHaveLength(1);
          expect(JSON.stringify(body)).not.toContain(first.token);
          const { body: others } = await context.call('listSessions', { token: first.token });
          const current = others.objects.find((session: { is_current: boolean }) => session.is_current);
          expect(body.objects.find(({ id }: { id: number }) => id === current.id)).toMatchObject({ is_current: false });
        },
      },
    ],
  ),
  ...memoryOf(
    ['endSession'],
    [
      {
        title: 'ends that session and no other, even the current one',
        says: [
          'The device gets a 401 `session_invalid` with its next request.',
          'Ending the current session is a logout.',
          'The session has ended.',
          'Pass it to `endSession`.',
        ],
        async run(context) {
          const first = await register(context);
          const second = await logInAgain(context, first);
          const currentOf = async ({ token }: { token: string }): Promise<number> =>
            (await context.call('listSessions', { token })).body.objects.find((session: { is_current: boolean }) => session.is_current).id;
          const session_id = await currentOf(first);
          const stranger = await register(context);
          await refused(context, 'endSession', { token: stranger.token, params: { session_id } }, 'session_not_found');
          await recordOf(context, first);
          await context.call('endSession', { token: second.token, params: { session_id } });
          await expectClosed(context, first);
          await refused(context, 'endSession', { token: second.token, params: { session_id } }, 'session_not_found');
          await context.call('endSession', { token: second.token, params: { session_id: await currentOf(second) } });
          await expectClosed(context, second);
        },
      },
    ],
  ),
  ...memoryOf(
    ['endOtherSessions'],
    [
      {
        title: 'ends every session of the user except the current one',
        says: [
          'It ends every session of the user except the current one; those devices get a 401 `session_invalid` with their next request.',
          'The other sessions have ended.',
        ],
        async run(context) {
          const first = await register(context);
          const second = await logInAgain(context, first);
          const other = await register(context);
          const { body } = await context.call('endOtherSessions', { token: second.token });
          expect(body).toEqual({ status: 'ok', sessions_ended: 1 });
          await expectClosed(context, first);
          await recordOf(context, second);
          await recordOf(context, other);
        },
      },
    ],
  ),
  ...memoryOf(
    ['listIdentities', 'unlinkIdentity'],
    [
      {
        title: 'lists the platform accounts, and unlinks one, which then logs in to another account',
        says: [
          'Pass the `id` of one to `unlinkIdentity`.',
          'Pass it to `unlinkIdentity`.',
          'That platform account can no longer log in to this account: its next login creates a new user, and it can be linked to another account.',
          "The sessions that the platform's logins opened end, even the current one if it is among them.",
          'The identity is unlinked.',
          "A person's account on a platform, which can log in to the user's account.",
          "The platform's name.",
          'When its last login code was exchanged.',
        ],
        async run(context) {
          const account = await register(context);
          const { platform, person } = context;
          await context.call(operationOn('link', platform), {
            token: account.token,
            body: { code: await context.codeOn(platform, person) },
          });
          const { openid } = (await recordOf(context, account))._provider[platform];
          const { body } = await context.call('listIdentities', { token: account.token });
          expect(body.objects).toMatchObject([{ platform, openid, linked_at: expect.any(Number), last_used_at: expect.any(Number) }]);
          const onPlatform = await logInOn(context);
          expect(onPlatform.id).toBe(account.id);
          const identity_id = body.objects[0].id;
          const stranger = await register(context);
          await refused(context, 'unlinkIdentity', { token: stranger.token, params: { identity_id } }, 'identity_not_linked');
          const unlinked = await context.call('unlinkIdentity', { token: account.token, params: { identity_id } });
          expect(unlinked.body).toEqual({ status: 'ok', sessions_ended: 1 });
          await expectClosed(context, onPlatform);
          expect((await recordOf(context, account))._provider).toEqual({});
          await expectUnknownOn(context);
          expect((await logInOn(context)).id).not.toBe(account.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['unlinkIdentity'],
    [
      {
        title: 'keeps the last way to log in',
        says: ['A change that would leave no way to log in is a 409 `last_way_in`.'],
        async run(context) {
          const person = await logInOn(context);
          const identity_id = await firstIdentity(context, person.token);
          await expectUnchanged(context, person, () =>
            refused(context, 'unlinkIdentity', { token: person.token, params: { identity_id } }, 'last_way_in'),
          );
        },
      },
    ],
  ),
  ...memoryOf(
    ['requestClosure', 'cancelClosure'],
    [
      {
        title: 'says when the account will be closed, in the record too, and cancels it',
        says: [
          "The account is closed after the app's `closure_grace_days`, by default seven; until then logins work, `_closing_at` in the user's record is the time of the closing, and `cancelClosure` cancels it.",
          'Asking again changes nothing.',
          'Anonymous users, who cannot log in again, may close their account in any session.',
          'The time at which the account will be closed, or was closed.',
          'It restores the state before `requestClosure`.',
          'If no closing is scheduled, it changes nothing.',
          'The account will not be closed.',
        ],
        async run(context) {
          const account = await register(context);
          const before = await recordOf(context, account);
          const { body } = await context.call('requestClosure', { token: account.token });
          expect(body.closing_at).toBeGreaterThan(before.updated_at + 6 * day);
          expect(await recordOf(context, account)).toMatchObject({ _closing_at: body.closing_at });
          const again = await logInAgain(context, account);
          expect(await recordOf(context, again)).toMatchObject({ id: account.id, _closing_at: body.closing_at });
          expect((await context.call('requestClosure', { token: again.token })).body).toEqual(body);
          for (const _ of [1, 2]) {
            await context.call('cancelClosure', { token: account.token });
            expect(await recordOf(context, account)).toEqual({ ...before, updated_at: expect.any(Number) });
          }
          const anonymous = await becomeAnonymous(context);
          expect((await context.call('requestClosure', { token: anonymous.token })).status).toBe(200);
        },
      },
    ],
  ),
  ...memoryOf(
    ['exportMe'],
    [
      {
        title: 'contains all data of the user, without secrets, and of no other user',
        says: [
          'It is everything that is held of the user, by kind, as JSON: the record, login names, claims, identities with what each platform returned, sessions, messages under way and the audit trail.',
          'Passwords, tokens, codes and session keys are left out, with their hashes.',
          'Times are unix seconds.',
          'Everything that is held of a user, by kind.',
        ],
        async run(context) {
          const account = await register(context);
          const other = await register(context);
          await context.call('updateUser', { token: account.token, body: { nickname: 'Larry', seat: '12A' } });
          const { platform, person } = context;
          await context.call(operationOn('link', platform), {
            token: account.token,
            body: { code: await context.codeOn(platform, person) },
          });
          const { body, text } = await context.call('exportMe', { token: account.token });
          expect(body).toMatchObject({
            users: [{ id: account.id, nickname: 'Larry', username: account.name, fields: { seat: '12A' } }],
            login_names: [{ kind: 'username', value: account.name.toLowerCase() }],
            login_claims: [],
            identities: [{ platform }],
            sessions: [{ platform: null }],
            mail_links: [],
            sms_codes: [],
          });
          expect(body.audit_entries.map(({ event }: { event: string }) => event)).toEqual(
            expect.arrayContaining(['registered', 'identity_linked', 'user_exported']),
          );
          for (const secret of [account.token, 'plum-rain-june', other.name, String(other.id)]) expect(text).not.toContain(secret);
        },
      },
    ],
  ),
];
