import type { Mutation } from './mutant.ts';
import { answersOf, everyExchange, forged } from './tell.ts';

/** Ways in which a business API would trust the wrong caller. */
export const backendMutations: Mutation[] = [
  answersOf('introspectToken', 200, 'lets caches keep the answer', ({ headers }) => headers.delete('Cache-Control')),
  answersOf('introspectToken', 401, 'challenges with one of two ways', ({ headers }) =>
    headers.set('WWW-Authenticate', 'Bearer realm="server key"'),
  ),
  answersOf('introspectToken', 'server_key_invalid', "has no name of OAuth's for a refusal", ({ body }) => delete body.error),
  answersOf('introspectToken', 200, 'calls every token active', ({ body }) => Object.assign(body, { active: true })),
  answersOf('introspectToken', 200, 'says why a token is inactive', ({ body }) => {
    if (!body.active) Object.assign(body, { token_type: 'Bearer' });
  }),
  everyExchange(['introspectToken'], 'reads the token from the address', (exchange) =>
    exchange.id === 'introspectToken' && exchange.method === 'GET' ? Promise.resolve(forged(200, { active: true })) : exchange.forward(),
  ),
  answersOf('exchangeToken', 200, 'signs with a key that it does not publish', ({ body }) => {
    const [header, payload] = body.access_token.split('.');
    body.access_token = [header, payload, Buffer.alloc(64, 1).toString('base64url')].join('.');
  }),
  answersOf('createAccessToken', 201, 'says that a token lasts longer than it does', ({ body }) => {
    body.expires_in += 60;
  }),
];
