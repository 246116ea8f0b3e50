import { expect } from 'vitest';
import { operationOn, otherPlatform, phonePlatforms } from '../../../support/platforms.ts';
import type { Context, Fields } from '../context.ts';
import { password, sendSms, verifyPhoneElsewhere } from '../fixtures.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import {
  type Account,
  expectClosed,
  expectUnchanged,
  expectUnknownOn,
  logInAgain,
  logInOn,
  type Person,
  recordOf,
  refused,
  register,
  registerVerified,
  seenBy,
} from './people.ts';

const secret = 'bamboo-moon-river';

/** The choices for two accounts with names and passwords. */
const keepMine = { username: 'mine', password: 'mine' };

const proofOf = ({ kind, name }: Account, word = password): Fields => ({ [kind]: name, password: word });

const createTicket = async ({ call }: Context, { token }: Person, body: Fields) => (await call('createMergeTicket', { token, body })).body;

const ticketFor = async (context: Context, person: Person, body: Fields): Promise<string> =>
  (await createTicket(context, person, body)).merge_ticket;

const preview = async ({ call }: Context, { token }: Person, merge_ticket: string) =>
  (await call('previewMerge', { token, body: { merge_ticket } })).body;

const merge = async ({ call }: Context, { token }: Person, merge_ticket: string, choices: Fields = {}) =>
  (await call('mergeAccounts', { token, body: { merge_ticket, choices } })).body;

/** Links another person's platform account to the person's user. */
const link = async (context: Context, { token }: Person, platform = context.platform, someone = context.person) =>
  context.call(operationOn('link', platform), { token, body: { code: await context.codeOn(platform, someone) } });

/** Two accounts with names and passwords, and the first one's ticket for the second. */
async function withTicket(context: Context) {
  const [mine, theirs] = [await register(context), await register(context, 'username', { secret })];
  return { mine, theirs, ticket: await ticketFor(context, mine, proofOf(theirs, secret)) };
}

/** Runs an action that must leave both accounts unchanged. */
const expectBothUnchanged = (context: Context, first: Person, second: Person, action: () => Promise<unknown>) =>
  expectUnchanged(context, first, () => expectUnchanged(context, second, action));

/** Expects that every operation with a ticket refuses this one as invalid. */
async function expectInvalid(context: Context, { token }: Person, merge_ticket: string): Promise<void> {
  await refused(context, 'previewMerge', { token, body: { merge_ticket } }, 'merge_ticket_invalid');
  await refused(context, 'mergeAccounts', { token, body: { merge_ticket, choices: keepMine } }, 'merge_ticket_invalid');
  await refused(context, 'createMergeTicket', { token, body: { merge_ticket, password: secret } }, 'merge_ticket_invalid');
}

/** Expects that a ticket proved only by a number neither merges nor shows anything. */
async function expectMoreNeeded(context: Context, mine: Person, theirs: Person, merge_ticket: string): Promise<void> {
  const { token } = mine;
  await expectBothUnchanged(context, mine, theirs, async () => {
    const shown = await refused(context, 'previewMerge', { token, body: { merge_ticket } }, 'merge_proof_needed');
    expect(shown.body).not.toHaveProperty('theirs');
    expect(shown.text).not.toContain(String(theirs.id));
    await refused(context, 'mergeAccounts', { token, body: { merge_ticket, choices: keepMine } }, 'merge_proof_needed');
  });
}

export const mergeMemory: MemoryCase[] = [
  ...memoryOf(
    ['createMergeTicket'],
    [
      {
        title: 'accepts a password, and changes neither account',
        says: [
          'It changes neither account, but uses up the code, and replaces an earlier ticket for the same account.',
          'Seconds for which the ticket is valid, 600.',
          "Shows that the session's user has access to another account, too.",
        ],
        async run(context) {
          for (const kind of ['username', 'email', 'phone'] as const) {
            const [mine, theirs] = [await register(context), await register(context, kind)];
            await expectBothUnchanged(context, mine, theirs, async () => {
              const first = await createTicket(context, mine, proofOf(theirs));
              expect(first).toMatchObject({ expires_in: 600, merge_needs_proof: false });
              expect((await preview(context, mine, first.merge_ticket)).theirs.id).toBe(theirs.id);
              const second = await ticketFor(context, mine, proofOf(theirs));
              await expectInvalid(context, mine, first.merge_ticket);
              expect((await preview(context, mine, second)).theirs.id).toBe(theirs.id);
            });
          }
        },
      },
      {
        title: "accepts a platform's code, and uses it up",
        says: [
          'It changes neither account, but uses up the code, and replaces an earlier ticket for the same account.',
          'The platform that gave the `code`, by its name in `_provider`.',
        ],
        async run(context) {
          const [mine, theirs] = [await register(context), await logInOn(context)];
          const [platform] = Object.keys((await recordOf(context, theirs))._provider);
          const code = await context.codeOn(context.platform, context.person);
          const body = await createTicket(context, mine, { platform, code });
          expect(body.merge_needs_proof).toBe(false);
          await refused(context, operationOn('silentLogin', context.platform), { body: { code } }, 'code_used', 'code_invalid');
          expect(await merge(context, mine, body.merge_ticket)).toMatchObject({ id: mine.id, merged_from: [theirs.id] });
          expect((await logInOn(context)).id).toBe(mine.id);
        },
      },
      {
        title: 'merges no account that has another way to log in by its number alone',
        says: [
          'It changes neither account, but uses up the code, and replaces an earlier ticket for the same account.',
          "A number alone never merges an account that has another way to log in, because numbers change hands: then `merge_needs_proof` is true, and the account's password or a platform's code is needed.",
          'True if the ticket rests on a phone number alone and the other account has another way to log in: numbers change hands.',
          "The merge is then a 403 `merge_proof_needed` until the account's password or a platform's code (`createMergeTicket`) proves more.",
        ],
        async run(context) {
          const [mine, theirs] = [await register(context), await verifyPhoneElsewhere(context)];
          const { phone } = theirs;
          const sms_code = await sendSms(context, phone);
          const byNumber = await createTicket(context, mine, { phone, sms_code });
          expect(byNumber.merge_needs_proof).toBe(true);
          await refused(context, 'checkSmsCode', { body: { phone, code: sms_code } }, 'sms_code_invalid');
          await expectMoreNeeded(context, mine, theirs, byNumber.merge_ticket);
          const platform = otherPlatform(context.platform, phonePlatforms);
          const code = await context.codeOn(platform, context.person);
          const byPlatform = await createTicket(context, mine, { platform, code });
          expect(byPlatform.merge_needs_proof).toBe(false);
          expect(await merge(context, mine, byPlatform.merge_ticket)).toMatchObject({ id: mine.id, _phone: phone, _phone_verified: true });
        },
      },
      {
        title: 'accepts the password as a second proof for the ticket of a refused number',
        says: [
          'A link that is refused with `identity_taken`, and a number that is refused with `phone_taken` or `phone_sole_login`, already carry a ticket (`merge_ticket` of the error).',
          'With that ticket as `merge_ticket`, the `password` is enough.',
          "Only with `identity_taken`, `phone_taken` and `phone_sole_login`, in a session: shows this user's access to the account that has the identity or the number, which `previewMerge` and `mergeAccounts` take.",
        ],
        async run(context) {
          const [mine, theirs] = [await register(context), await register(context, 'username', { secret })];
          const phone = context.target.newPhone();
          await context.call('verifyPhone', { token: theirs.token, body: { phone, code: await sendSms(context, phone) } });
          const { token } = mine;
          const { body } = await refused(context, 'updateAccount', { token, body: { phone } }, 'phone_taken');
          const { merge_ticket } = body;
          expect(body.merge_needs_proof).toBe(true);
          await expectMoreNeeded(context, mine, theirs, merge_ticket);
          await refused(context, 'createMergeTicket', { token, body: { merge_ticket, password } }, 'credentials_invalid');
          const proved = await createTicket(context, mine, { merge_ticket, password: secret });
          expect(proved.merge_needs_proof).toBe(false);
          const merged = await merge(context, mine, proved.merge_ticket, keepMine);
          expect(merged).toMatchObject({ id: mine.id, _username: mine.name, _phone: phone, _phone_verified: true });
        },
      },
      {
        title: 'counts the first of several proofs',
        says: [
          'One proof of the other account: a `merge_ticket` of that account with its `password`, if its names are not at hand; a `username`, `email` or `phone` with the `password`; a `phone` with the `sms_code` that was sent to it; or a `platform` with a `code` of its host.',
          'Of several, the first in this order counts and the others are ignored.',
        ],
        async run(context) {
          const mine = await register(context);
          const [first, second, third] = [await register(context), await register(context), await register(context, 'email')];
          const onPlatform = await logInOn(context);
          const code = await context.codeOn(context.platform, context.person);
          const others = { email: third.name, phone: context.target.newPhone(), sms_code: '0000', platform: context.platform, code };
          const byName = await ticketFor(context, mine, { ...others, ...proofOf(second) });
          expect((await preview(context, mine, byName)).theirs.id).toBe(second.id);
          const merge_ticket = await ticketFor(context, mine, proofOf(first));
          const byTicket = await ticketFor(context, mine, { ...others, ...proofOf(second), merge_ticket });
          expect((await preview(context, mine, byTicket)).theirs.id).toBe(first.id);
          const { body } = await context.call(operationOn('silentLogin', context.platform), { body: { code } });
          expect(body.user_info.id).toBe(onPlatform.id);
        },
      },
      {
        title: "issues no ticket for the session's own account, nor for one about to be closed",
        says: [
          "Proof of the session's own account is a 409 `merge_same_account`.",
          'A banned account is a 409 `merge_banned`, one about to be closed a 409 `merge_closing`.',
          'Absent if that account cannot be merged.',
        ],
        async run(context) {
          const mine = await register(context);
          const theirs = await logInOn(context);
          const { platform, person } = context;
          const { token } = mine;
          const code = () => context.codeOn(platform, person);
          await refused(context, 'createMergeTicket', { token, body: proofOf(mine) }, 'merge_same_account');
          await refused(
            context,
            'createMergeTicket',
            { token: theirs.token, body: { platform, code: await code() } },
            'merge_same_account',
          );
          await context.call('requestClosure', { token: theirs.token });
          await expectBothUnchanged(context, mine, theirs, async () => {
            await refused(context, 'createMergeTicket', { token, body: { platform, code: await code() } }, 'merge_closing');
            const taken = await refused(context, operationOn('link', platform), { token, body: { code: await code() } }, 'identity_taken');
            expect(taken.body).not.toHaveProperty('merge_ticket');
          });
          await context.call('cancelClosure', { token: theirs.token });
          const open = await ticketFor(context, mine, { platform, code: await code() });
          expect((await preview(context, mine, open)).theirs.id).toBe(theirs.id);
        },
      },
    ],
  ),
  ...memoryOf(
    ['createMergeTicket', 'mergeAccounts'],
    [
      {
        title: "merges the account of a refused link, with the error's ticket",
        says: [
          'A link that is refused with `identity_taken`, and a number that is refused with `phone_taken` or `phone_sole_login`, already carry a ticket (`merge_ticket` of the error).',
          "Only with `identity_taken`, `phone_taken` and `phone_sole_login`, in a session: shows this user's access to the account that has the identity or the number, which `previewMerge` and `mergeAccounts` take.",
        ],
        async run(context) {
          const { platform, person } = context;
          const elsewhere = otherPlatform(platform);
          const [mine, theirs] = [await logInOn(context, elsewhere), await logInOn(context)];
          const request = { token: mine.token, body: { code: await context.codeOn(platform, person) } };
          const { body } = await refused(context, operationOn('link', platform), request, 'identity_taken');
          expect(body.merge_needs_proof).toBe(false);
          const shown = await preview(context, mine, body.merge_ticket);
          expect(shown).toMatchObject({ mine: { id: mine.id }, theirs: { id: theirs.id }, conflicts: [] });
          await merge(context, mine, body.merge_ticket);
          expect(Object.keys((await recordOf(context, mine))._provider).sort()).toEqual([elsewhere, platform].sort());
          expect((await logInOn(context)).id).toBe(mine.id);
          await expectClosed(context, theirs);
        },
      },
      {
        title: 'merges an account that has only the number, without a second proof',
        says: [
          'A link that is refused with `identity_taken`, and a number that is refused with `phone_taken` or `phone_sole_login`, already carry a ticket (`merge_ticket` of the error).',
          "Only with `identity_taken`, `phone_taken` and `phone_sole_login`, in a session: shows this user's access to the account that has the identity or the number, which `previewMerge` and `mergeAccounts` take.",
        ],
        async run(context) {
          const phone = context.target.newPhone();
          await context.changePerson(context.person, { phone });
          const { body: other } = await context.call('loginBySmsCode', { body: { phone, code: await sendSms(context, phone) } });
          const mine = await logInOn(context, 'wechat');
          const tapped = async () => (await context.grantedOn('phone', 'wechat', context.person)).code;
          const login = { code: await context.codeOn('wechat', context.person), phone_code: await tapped() };
          const outside = await refused(context, 'phoneLoginWechat', { body: login }, 'phone_sole_login');
          expect(outside.body).not.toHaveProperty('merge_ticket');
          const request = { token: mine.token, body: { phone_code: await tapped() } };
          const { body } = await refused(context, 'updatePhoneWechat', request, 'phone_sole_login');
          expect(body.merge_needs_proof).toBe(false);
          const merged = await merge(context, mine, body.merge_ticket);
          expect(merged).toMatchObject({ id: mine.id, _phone: phone, _phone_verified: true, merged_from: [other.id] });
          await expectClosed(context, { id: other.id, token: other.token });
        },
      },
    ],
  ),
  ...memoryOf(
    ['previewMerge'],
    [
      {
        title: 'shows both accounts and each field that needs a choice, and changes nothing',
        says: [
          'It changes nothing, and the ticket stays valid.',
          "What two accounts disagree about: `username`, `email`, `phone`, `password`, `nickname`, `avatar`, `gender`, `language`, `city`, `province`, `country`; `identities.` with the platform and its app's id, or `fields.` with a custom field's name.",
          'The fields that need a choice, because both accounts have a value and the values differ.',
          '`password` means that both accounts have one.',
        ],
        async run(context) {
          const profiles = [
            {
              nickname: 'Larry',
              avatar: 'https://example.com/1.png',
              gender: 1,
              language: 'zh_CN',
              city: 'Huizhou',
              province: 'Guangdong',
            },
            { nickname: 'Mei', avatar: 'https://example.com/2.png', gender: 2, language: 'en', city: 'Hangzhou', province: 'Zhejiang' },
          ];
          const fields = [
            { country: 'China', seat: '12A', points: 1, same: { a: 1, b: 2 }, own: true },
            { country: 'France', seat: '12B', points: 2, same: { a: 1, b: 2 }, other: true },
          ];
          const [mine, theirs] = [await register(context), await register(context)];
          for (const [index, { token, id }] of [mine, theirs].entries()) {
            await context.call('updateUser', { token, body: { ...profiles[index], ...fields[index] } });
            const email = `${context.target.newName()}@example.com`;
            await context.call('updateAccount', { token, body: { email, phone: context.target.newPhone() } });
            await link(context, { token, id }, context.platform, context.target.newName());
          }
          const ticket = await ticketFor(context, mine, proofOf(theirs));
          await expectBothUnchanged(context, mine, theirs, async () => {
            const body = await preview(context, mine, ticket);
            const names = [
              'username',
              'email',
              'phone',
              'password',
              'country',
              'fields.seat',
              'fields.points',
              ...Object.keys(profiles[0] ?? {}),
            ];
            const [identity, ...more] = body.conflicts.filter((field: string) => field.startsWith('identities.'));
            expect(more).toEqual([]);
            expect(identity).toMatch(new RegExp(`^identities\\.${context.platform}\\..`));
            expect(body.conflicts.toSorted()).toEqual([...names, identity].sort());
            expect(await preview(context, mine, ticket)).toEqual(body);
            expect(body.mine).toEqual(await recordOf(context, mine));
            expect(body.theirs).toMatchObject({ id: theirs.id, _username: theirs.name, ...profiles[1], ...fields[1] });
          });
        },
      },
      {
        title: 'shows nothing for a number alone',
        says: ['A ticket proved only by a number is a 403 `merge_proof_needed`, and nothing is shown.'],
        async run(context) {
          const [mine, theirs] = [await register(context), await registerVerified(context, 'phone')];
          const request = { token: mine.token, body: { phone: theirs.name } };
          const { body } = await refused(context, 'updateAccount', request, 'phone_taken');
          await expectMoreNeeded(context, mine, theirs, body.merge_ticket);
        },
      },
      {
        title: 'accepts only an unused ticket of the same session',
        says: [
          'A ticket that is unknown, used, expired or of another session is a 400 `merge_ticket_invalid`, and so is one whose account has changed its password, names or identities since.',
          "It works once, for ten minutes, in the session that it was made for, and as long as that account's ways to log in stay as they are.",
        ],
        async run(context) {
          const { mine, theirs, ticket } = await withTicket(context);
          const again = await logInAgain(context, mine);
          const thief = await register(context);
          await expectBothUnchanged(context, mine, theirs, async () => {
            await expectInvalid(context, mine, 'x'.repeat(43));
            await expectInvalid(context, again, ticket);
            await expectInvalid(context, thief, ticket);
          });
          await merge(context, mine, ticket, keepMine);
          await expectInvalid(context, mine, ticket);
        },
      },
      {
        title: 'accepts no ticket for an account whose login methods have changed',
        says: [
          'A ticket that is unknown, used, expired or of another session is a 400 `merge_ticket_invalid`, and so is one whose account has changed its password, names or identities since.',
          "It works once, for ten minutes, in the session that it was made for, and as long as that account's ways to log in stay as they are.",
        ],
        async run(context) {
          const update = (change: Fields) => (token: string) =>
            context.call('updateAccount', { token, body: { password: secret, ...change } });
          const changes = [
            update({ new_password: 'another-long-one' }),
            update({ username: context.target.newName() }),
            update({ email: `${context.target.newName()}@example.com` }),
            (token: string) => link(context, { token, id: 0 }),
          ];
          for (const change of changes) {
            const { mine, theirs, ticket } = await withTicket(context);
            await change(theirs.token);
            const { token } = mine;
            await expectBothUnchanged(context, mine, theirs, async () => {
              await refused(context, 'previewMerge', { token, body: { merge_ticket: ticket } }, 'merge_ticket_invalid');
              const request = { token, body: { merge_ticket: ticket, choices: keepMine } };
              await refused(context, 'mergeAccounts', request, 'merge_ticket_invalid');
            });
          }
        },
      },
    ],
  ),
  ...memoryOf(
    ['mergeAccounts'],
    [
      {
        title: 'moves all data of the other account, and ends its sessions',
        says: [
          "The other account's identities, names, verified addresses, password and custom fields become this user's; values that were not chosen are dropped.",
          "This session stays open, the other account's sessions end at once, and from then on its old id, which is added to `merged_from`, finds this user.",
          'Any other field is kept from the account that has it.',
        ],
        async run(context) {
          const elsewhere = otherPlatform(context.platform);
          const [mine, theirs] = [await logInOn(context), await registerVerified(context, 'email')];
          const username = context.target.newName();
          await context.call('updateAccount', { token: theirs.token, body: { username, password } });
          await link(context, theirs, elsewhere);
          await context.call('updateUser', { token: mine.token, body: { nickname: 'Larry', own: 1 } });
          await context.call('updateUser', { token: theirs.token, body: { city: 'Huizhou', seat: '12A' } });
          const again = await logInAgain(context, theirs);
          const merged = await merge(context, mine, await ticketFor(context, mine, proofOf(theirs)));
          expect(await recordOf(context, mine)).toEqual(merged);
          expect(merged).toMatchObject({ id: mine.id, _username: username, _email: theirs.name, _email_verified: true });
          expect(merged).toMatchObject({ nickname: 'Larry', own: 1, city: 'Huizhou', seat: '12A', merged_from: [theirs.id] });
          expect(Object.keys(merged._provider).sort()).toEqual([context.platform, elsewhere].sort());
          for (const ended of [theirs, again]) await expectClosed(context, ended);
          const logins = [
            await logInAgain(context, theirs),
            await logInAgain(context, { ...theirs, kind: 'username', name: username }),
            await logInOn(context),
            await logInOn(context, elsewhere),
          ];
          expect(logins.map(({ id }) => id)).toEqual(logins.map(() => mine.id));
        },
      },
      {
        title: 'keeps what was chosen, and drops the other',
        says: [
          "The other account's identities, names, verified addresses, password and custom fields become this user's; values that were not chosen are dropped.",
          "For each of the preview's `conflicts`, the account whose value stays: `mine`, the session's, or `theirs`.",
          'The account whose value is kept.',
          'The other value is dropped.',
          'A choice for anything else is ignored.',
        ],
        async run(context) {
          const { platform, target, person } = context;
          const { mine, theirs } = await withTicket(context);
          const stranger = target.newName();
          await link(context, mine, platform, stranger);
          await link(context, theirs, platform, person);
          await context.call('updateUser', { token: mine.token, body: { nickname: 'Larry', city: 'Huizhou', seat: '12A', points: 1 } });
          await context.call('updateUser', { token: theirs.token, body: { nickname: 'Mei', seat: '12B', points: 2 } });
          const ticket = await ticketFor(context, mine, proofOf(theirs, secret));
          const { conflicts } = await preview(context, mine, ticket);
          const choices: Record<string, string> = Object.fromEntries(conflicts.map((field: string) => [field, 'theirs']));
          Object.assign(choices, { nickname: 'mine', 'fields.points': 'mine', city: 'theirs', 'fields.none': 'theirs' });
          await merge(context, mine, ticket, choices);
          const record = await recordOf(context, mine);
          expect(record).toMatchObject({ _username: theirs.name, nickname: 'Larry', city: 'Huizhou', seat: '12B', points: 1 });
          expect(record).not.toHaveProperty('none');
          expect((await logInAgain(context, theirs, secret)).id).toBe(mine.id);
          for (const [name, word] of [
            [mine.name, password],
            [mine.name, secret],
            [theirs.name, password],
          ]) {
            await refused(context, 'loginByUsername', { body: { username: name, password: word } }, 'credentials_invalid');
          }
          expect((await register(context, 'username', { name: mine.name })).id).not.toBe(mine.id);
          expect((await logInOn(context)).id).toBe(mine.id);
          await expectUnknownOn(context, platform, stranger);
        },
      },
      {
        title: 'finds the user by the old ids, and shows readers only the survivor',
        says: [
          "This session stays open, the other account's sessions end at once, and from then on its old id, which is added to `merged_from`, finds this user.",
          "Ids of accounts that were merged into this one: all of them in one's own record, the one that was asked for in another's.",
          'Absent if there are none.',
        ],
        async run(context) {
          const [mine, first, second, reader] = [
            await register(context),
            await register(context),
            await register(context),
            await register(context),
          ];
          for (const person of [mine, first]) {
            expect(await recordOf(context, person)).not.toHaveProperty('merged_from');
            expect(await seenBy(context, reader, person.id)).not.toHaveProperty('merged_from');
          }
          await merge(context, first, await ticketFor(context, first, proofOf(second)), keepMine);
          const merged = await merge(context, mine, await ticketFor(context, mine, proofOf(first)), keepMine);
          expect(merged.merged_from.toSorted()).toEqual([first.id, second.id].sort());
          const record = await recordOf(context, mine);
          expect(record).toEqual(merged);
          const login = await context.call('loginByUsername', { body: { username: mine.name, password } });
          expect(login.body).toMatchObject({ id: mine.id, merged_from: merged.merged_from });
          const own = await seenBy(context, reader, mine.id);
          expect(own).not.toHaveProperty('merged_from');
          for (const { id } of [first, second]) {
            expect(await recordOf(context, { id, token: mine.token })).toEqual(record);
            expect(await seenBy(context, reader, id)).toEqual({ ...own, merged_from: [id] });
          }
        },
      },
      {
        title: 'uses up the ticket only if it merges, all or nothing',
        says: [
          'Either all changes are made, or none.',
          'Only a successful merge uses up the ticket.',
          'A missing choice is a 409 `merge_choice_missing`, whose `errors` name the fields.',
        ],
        async run(context) {
          const { mine, theirs, ticket } = await withTicket(context);
          const { token } = mine;
          const { conflicts } = await preview(context, mine, ticket);
          const pathsOf = (fields: string[]) => fields.map((field) => `/body/choices/${field}`).sort();
          await expectBothUnchanged(context, mine, theirs, async () => {
            for (const [choices, missing] of [
              [{}, conflicts],
              [{ username: 'theirs' }, ['password']],
            ]) {
              const request = { token, body: { merge_ticket: ticket, choices } };
              const { body } = await refused(context, 'mergeAccounts', request, 'merge_choice_missing');
              expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(pathsOf(missing));
            }
          });
          expect((await logInAgain(context, theirs, secret)).id).toBe(theirs.id);
          await merge(context, mine, ticket, keepMine);
          await expectInvalid(context, mine, ticket);
          expect(await recordOf(context, mine)).toMatchObject({ _username: mine.name, merged_from: [theirs.id] });
        },
      },
    ],
  ),
];
