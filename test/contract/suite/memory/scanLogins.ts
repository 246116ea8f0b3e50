import { expect } from 'vitest';
import type { Context, Fields } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectClosed, expectUnchanged, logInOn, type Person, recordOf, refused, register } from './people.ts';

// biome-ignore lint/suspicious/noExplicitAny: cases assert the shape of answers
type Answer = any;

const create = async ({ call }: Context): Promise<Answer> => (await call('createScanLogin')).body;
const poll = async ({ call }: Context, poll_token: string): Promise<Answer> => (await call('pollScanLogin', { body: { poll_token } })).body;
const open = async ({ call }: Context, { token }: Person, ticket: string): Promise<Answer> =>
  (await call('openScanLogin', { token, body: { ticket } })).body;
const confirm = async ({ call }: Context, { token }: Person, body: Fields): Promise<Answer> =>
  (await call('confirmScanLogin', { token, body })).body;
const refuse = async ({ call }: Context, { token }: Person, ticket: string): Promise<Answer> =>
  (await call('refuseScanLogin', { token, body: { ticket } })).body;

/** A code that a person has confirmed. */
async function confirmed(context: Context) {
  const [person, shown] = [await register(context), await create(context)];
  await confirm(context, person, { ticket: shown.ticket });
  return { person, shown };
}

export const scanMemory: MemoryCase[] = [
  ...memoryOf(
    ['createScanLogin'],
    [
      {
        title: 'gives a code that no one has scanned, and another one each time',
        says: [
          'The code to show.',
          'Names a scan login.',
          'It is the `scene` of the mini-program code, and in the query of a `link`.',
          'Seconds for which the code is valid, 120.',
          'Seconds between two calls of `pollScanLogin`, 2.',
          "The page's own secret, with which it receives the session.",
          'It is never part of the code.',
          'Two digits that the page shows below the code.',
          'They are not in the code.',
        ],
        async run(context) {
          const [first, second] = [await create(context), await create(context)];
          expect(first).toMatchObject({ expires_in: 120, poll_seconds: 2, check_code: expect.stringMatching(/^\d\d$/) });
          expect(second.ticket).not.toBe(first.ticket);
          expect(second.poll_token).not.toBe(first.poll_token);
          if (first.link !== null) expect(new URL(first.link).searchParams.get('scene')).toBe(first.ticket);
          expect(String(first.link)).not.toContain(first.poll_token);
          expect(await poll(context, first.poll_token)).toMatchObject({ status: 'waiting' });
        },
      },
      {
        title: 'lets the page in as the person who scanned and confirmed',
        says: [
          'The person scans it, sees in the mini-program which site asks, and confirms; the page then receives a session of that person.',
          'It is valid for 120 seconds, and once.',
        ],
        async run(context) {
          const [person, shown] = [await register(context), await create(context)];
          await open(context, person, shown.ticket);
          await confirm(context, person, { ticket: shown.ticket });
          const { session } = await poll(context, shown.poll_token);
          expect(await recordOf(context, { id: session.user_id, token: session.token })).toMatchObject({ id: person.id });
          expect(session.token).not.toBe(person.token);
          await refused(context, 'confirmScanLogin', { token: person.token, body: { ticket: shown.ticket } }, 'scan_login_not_found');
        },
      },
      {
        title: 'gives the session to the page alone',
        says: [
          'The code names the ticket alone.',
          'Anyone who photographs it cannot receive the session, which needs `poll_token`: that never leaves the page.',
          'Anyone who sees the code knows it, and it lets no one in.',
        ],
        async run(context) {
          const { shown } = await confirmed(context);
          for (const guess of [shown.ticket.padEnd(43, 'A'), `${shown.check_code}${'x'.repeat(41)}`]) {
            await refused(context, 'pollScanLogin', { body: { poll_token: guess } }, 'scan_login_not_found');
          }
          expect((await poll(context, shown.poll_token)).session).toBeDefined();
        },
      },
    ],
  ),
  ...memoryOf(
    ['openScanLogin'],
    [
      {
        title: 'shows who asks, and tells the page that its code was scanned',
        says: [
          'Who asks, and from where.',
          'The page then shows that its code was scanned.',
          'It opens no session.',
          'A page that asks to be let in.',
          'Seconds for which it can be confirmed.',
        ],
        async run(context) {
          const [person, shown] = [await register(context), await create(context)];
          await expectUnchanged(context, person, async () => {
            const asked = await open(context, person, shown.ticket);
            expect(asked.app_name).not.toBe('');
            expect(asked.expires_in).toBeGreaterThan(0);
            expect(asked.expires_in).toBeLessThanOrEqual(120);
          });
          const progress = await poll(context, shown.poll_token);
          expect(progress.status).toBe('scanned');
          expect(progress).not.toHaveProperty('session');
        },
      },
      {
        title: 'says that page and phone of one machine share a network',
        says: ['Whether the phone is in that network, too.', 'Whether `confirmScanLogin` needs the two digits below the code.'],
        async run(context) {
          const [person, shown] = [await register(context), await create(context)];
          const { same_network, needs_check_code } = await open(context, person, shown.ticket);
          expect(same_network).toBe(true);
          expect(needs_check_code).toBe(false);
          await confirm(context, person, { ticket: shown.ticket });
        },
      },
      {
        title: 'binds the code to the first person',
        says: ['From now on only this user can confirm it: for anyone else it is a 409 `scan_login_taken`.'],
        async run(context) {
          const [person, other, shown] = [await register(context), await register(context), await create(context)];
          const request = { token: other.token, body: { ticket: shown.ticket } };
          await open(context, person, shown.ticket);
          for (const id of ['openScanLogin', 'confirmScanLogin', 'refuseScanLogin'] as const) {
            await refused(context, id, request, 'scan_login_taken');
          }
          expect((await poll(context, shown.poll_token)).status).toBe('scanned');
          await open(context, person, shown.ticket);
        },
      },
      {
        title: 'refuses anonymous users and codes that are over',
        says: [
          'Anonymous users are refused (403 `anonymous_forbidden`).',
          'An unknown, expired, refused or confirmed code is a 404 `scan_login_not_found`.',
        ],
        async run(context) {
          const [anonymous, person] = [await becomeAnonymous(context), await register(context)];
          const [shown, declined] = [await create(context), await create(context)];
          await refused(context, 'openScanLogin', { token: anonymous.token, body: { ticket: shown.ticket } }, 'anonymous_forbidden');
          await confirm(context, person, { ticket: shown.ticket });
          await refuse(context, person, declined.ticket);
          for (const ticket of [shown.ticket, declined.ticket, 'x'.repeat(22)]) {
            await refused(context, 'openScanLogin', { token: person.token, body: { ticket } }, 'scan_login_not_found');
          }
        },
      },
    ],
  ),
  ...memoryOf(
    ['confirmScanLogin'],
    [
      {
        title: 'opens a session with the platform and the start of the one that confirmed',
        says: [
          'That session counts as opened when the confirming one was, and ends no later, so that a stolen session cannot renew itself.',
        ],
        async run(context) {
          const [person, shown] = [await logInOn(context), await create(context)];
          await confirm(context, person, { ticket: shown.ticket });
          const { session } = await poll(context, shown.poll_token);
          const { objects } = (await context.call('listSessions', { token: session.token })).body;
          const [mine, parent] = [
            objects.find(({ is_current }: Answer) => is_current),
            objects.find(({ is_current }: Answer) => !is_current),
          ];
          expect([mine.created_at, mine.platform]).toEqual([parent.created_at, parent.platform]);
          expect(mine.expires_at).toBeLessThanOrEqual(parent.expires_at);
        },
      },
      {
        title: 'takes the right digits, and ends the login with wrong ones',
        says: ['Wrong ones are a 400 `check_code_invalid`, which ends this login.'],
        async run(context) {
          const person = await register(context);
          const [right, wrong] = [await create(context), await create(context)];
          await confirm(context, person, { ticket: right.ticket, check_code: right.check_code });
          const body = { ticket: wrong.ticket, check_code: wrong.check_code === '00' ? '01' : '00' };
          await refused(context, 'confirmScanLogin', { token: person.token, body }, 'check_code_invalid');
          await refused(context, 'confirmScanLogin', { token: person.token, body: { ticket: wrong.ticket } }, 'scan_login_not_found');
          expect((await poll(context, wrong.poll_token)).status).toBe('refused');
          expect((await poll(context, right.poll_token)).status).toBe('confirmed');
        },
      },
    ],
  ),
  ...memoryOf(
    ['refuseScanLogin'],
    [
      {
        title: 'keeps the page out for good',
        says: [
          'The login is refused.',
          'The page shows that the login was refused, and the code is no longer valid.',
          'For anyone but the user who scanned it, it is a 409 `scan_login_taken`.',
        ],
        async run(context) {
          const [person, other, shown] = [await register(context), await register(context), await create(context)];
          await open(context, person, shown.ticket);
          await refused(context, 'refuseScanLogin', { token: other.token, body: { ticket: shown.ticket } }, 'scan_login_taken');
          await refuse(context, person, shown.ticket);
          const progress = await poll(context, shown.poll_token);
          expect(progress.status).toBe('refused');
          expect(progress).not.toHaveProperty('session');
          await refused(context, 'confirmScanLogin', { token: person.token, body: { ticket: shown.ticket } }, 'scan_login_not_found');
        },
      },
    ],
  ),
  ...memoryOf(
    ['pollScanLogin'],
    [
      {
        title: 'gives the session once',
        says: [
          'With `confirmed` the answer carries the `session`, once: a second question is a 404 `scan_login_not_found`, as is an unknown token, or one of another app.',
          'The session of the person who confirmed.',
          'Present if `status` is `confirmed`.',
        ],
        async run(context) {
          const { person, shown } = await confirmed(context);
          const { status, session } = await poll(context, shown.poll_token);
          expect([status, session.user_id]).toEqual(['confirmed', person.id]);
          await refused(context, 'pollScanLogin', { body: { poll_token: shown.poll_token } }, 'scan_login_not_found');
          await refused(context, 'pollScanLogin', { body: { poll_token: 'x'.repeat(43) } }, 'scan_login_not_found');
        },
      },
      {
        title: 'reports the progress of the login',
        says: [
          'The progress of the login.',
          'The progress of a scan login.',
          '`waiting` until the code is scanned, `scanned` until the person decides, then `confirmed` or `refused`; `expired` after 120 seconds.',
          'Seconds for which the code is valid.',
        ],
        async run(context) {
          const [person, shown] = [await register(context), await create(context)];
          const statusNow = async () => {
            const { status, expires_in } = await poll(context, shown.poll_token);
            expect(expires_in).toBeLessThanOrEqual(120);
            return status;
          };
          expect(await statusNow()).toBe('waiting');
          await open(context, person, shown.ticket);
          expect(await statusNow()).toBe('scanned');
          await refuse(context, person, shown.ticket);
          expect(await statusNow()).toBe('refused');
        },
      },
      {
        title: 'gives no session of one that has ended',
        says: ['So is the token of a login whose confirming session has ended in the meantime.'],
        async run(context) {
          const { person, shown } = await confirmed(context);
          await context.call('logout', { token: person.token });
          await expectClosed(context, person);
          await refused(context, 'pollScanLogin', { body: { poll_token: shown.poll_token } }, 'scan_login_not_found');
        },
      },
    ],
  ),
];
