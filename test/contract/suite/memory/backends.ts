import { expect } from 'vitest';
import type { Context } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';
import { becomeAnonymous, expectUnchanged, logInOn, recordOf, register, registerVerified } from './people.ts';

const introspect = async ({ call }: Context, token: string, more: object = {}) =>
  (await call('introspectToken', { body: { token, ...more } })).body;

const exchanged = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
};

export const backendMemory: MemoryCase[] = [
  ...memoryOf(
    ['introspectToken'],
    [
      {
        title: 'describes the session of each kind of login, and changes nothing',
        says: [
          "The token is a session's, or an access token of this server.",
          'Reading it changes nothing.',
          'Other parameters are ignored.',
          'Ignored, as the standard allows, because a token reveals its type.',
          'An answer of RFC 7662, section 2.2.',
          'Whether the token belongs to an open session of a user who may log in.',
          'The platform whose login opened the session; absent for a login without one.',
          'Whether the user has not registered yet.',
          "For a session it is the server key's app, because the apps of a pool share sessions.",
        ],
        async run(context) {
          const people = [await register(context), await logInOn(context, 'wechat'), await becomeAnonymous(context)] as const;
          for (const [index, person] of people.entries()) {
            await expectUnchanged(context, person, async () => {
              const body = await introspect(context, person.token, { token_type_hint: 'refresh_token', more: 'ignored' });
              expect(body).toMatchObject({ active: true, sub: String(person.id), token_type: 'Hydrogen-r1', anonymous: index === 2 });
              expect(body.platform).toBe(index === 1 ? 'wechat' : undefined);
              expect(body.exp - body.iat).toBe(2_592_000);
              expect(body.client_id).toMatch(/./);
            });
          }
        },
      },
      {
        title: 'shows whether an address or a number is verified',
        says: ['Whether the user has a verified phone number.', 'Whether the user has a verified e-mail address.'],
        async run(context) {
          const account = await register(context, 'email');
          expect(await introspect(context, account.token)).toMatchObject({ phone_verified: false, email_verified: false });
          const [phone, email] = [await registerVerified(context, 'phone'), await registerVerified(context, 'email')];
          expect(await introspect(context, phone.token)).toMatchObject({ phone_verified: true, email_verified: false });
          expect(await introspect(context, email.token)).toMatchObject({ phone_verified: false, email_verified: true });
        },
      },
      {
        title: 'reports an ended session at once, and nothing else',
        says: [
          'A token that is unknown, expired or malformed, of another app\'s users, of a session that was ended, or of a user who may not log in is `{"active": false}` and nothing else.',
          'The answer reflects the moment of the request: a logout, a ban, a merge, a closing or a change of the password is visible in the next answer of every process of the server.',
          'An inactive token has only the field `active`.',
        ],
        async run(context) {
          const { token } = await register(context);
          const { access_token } = (await context.call('createAccessToken', { token })).body;
          await context.call('logout', { token });
          for (const ended of [token, access_token, 'unknown', 'a.b.c', '\u{1F511}']) {
            expect(await introspect(context, ended)).toEqual({ active: false });
          }
        },
      },
    ],
  ),
  ...memoryOf(
    ['listUsersByLegacyId'],
    [
      {
        title: 'finds no user by an unknown legacy id, and changes nothing',
        says: ['Each user that was imported with one of them is in the answer; an id without a user is left out.', 'It changes nothing.'],
        async run(context) {
          const person = await register(context);
          await expectUnchanged(context, person, async () => {
            const query = { legacy_id: `${person.id},${context.person}`, source: 'leancloud' };
            expect((await context.call('listUsersByLegacyId', { query })).body).toEqual({ objects: [] });
          });
        },
      },
    ],
  ),
  ...memoryOf(
    ['createAccessToken', 'exchangeToken'],
    [
      {
        title: "issues a token of the session's user, active while the session is open",
        says: [
          'The access token is a JWT (RFC 9068) that any service verifies by itself with the keys at `/.well-known/jwks.json`.',
          'An answer of RFC 8693, section 2.2.1.',
          'The type that was requested, or an access token.',
          'The same token by either name.',
        ],
        async run(context) {
          const person = await register(context);
          const requested_token_type = 'urn:ietf:params:oauth:token-type:jwt';
          const isExchange = context.id === 'exchangeToken';
          const { body } = isExchange
            ? await context.call('exchangeToken', { body: { ...exchanged, subject_token: person.token, requested_token_type } })
            : await context.call('createAccessToken', { token: person.token });
          expect(body.issued_token_type).toBe(isExchange ? requested_token_type : undefined);
          const [header, payload] = body.access_token.split('.').map((part: string) => Buffer.from(part, 'base64url').toString());
          expect(JSON.parse(header)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
          expect(JSON.parse(payload)).toMatchObject({ sub: String((await recordOf(context, person)).id) });
          const state = await introspect(context, body.access_token);
          expect(state).toMatchObject({ active: true, token_type: 'Bearer', sub: String(person.id) });
          expect(state.exp - state.iat).toBe(body.expires_in);
        },
      },
    ],
  ),
];
