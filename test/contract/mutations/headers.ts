import type { Mutation } from './mutant.ts';
import { answersOf, everyExchange, exchangesOf, forged } from './tell.ts';

export const headerMutations: Mutation[] = [
  answersOf('getServerTime', 200, 'sets a cookie', ({ headers }) => headers.set('Set-Cookie', 'session=x; Path=/')),
  answersOf('getServerTime', 200, 'lets pages of every origin read the answer', ({ headers }, { headers: asked }) =>
    headers.set('Access-Control-Allow-Origin', asked.get('Origin') ?? '*'),
  ),
  answersOf('logout', 201, 'lets pages send credentials', ({ headers }) => headers.set('Access-Control-Allow-Credentials', 'true')),
  answersOf('getServerTime', 200, 'hides X-Request-Id from pages', ({ headers }) => headers.delete('Access-Control-Expose-Headers')),
  answersOf('updateUser', 'request_invalid', 'has X-Request-Id on successes only', ({ headers }) => headers.delete('X-Request-Id')),
  answersOf('getUser', 200, 'says that it is encoded in GBK', ({ headers }) =>
    headers.set('Content-Type', 'application/json; charset=gbk'),
  ),
  everyExchange(['registerByUsername'], 'has the same users in every environment', (exchange) => {
    if (exchange.headers.get('X-Hydrogen-Env-ID') === 'staging') exchange.headers.delete('X-Hydrogen-Env-ID');
    return exchange.forward();
  }),
  everyExchange(['getUser'], 'does not know an older path', async (exchange) =>
    exchange.url.startsWith('/hserve/v2.2/user/info/') && exchange.id === 'getUser'
      ? forged(404, { code: 'path_not_found', error_msg: 'Gone.' })
      : exchange.forward(),
  ),
  exchangesOf(['updateUser'], 'treats a POST with X-Hydrogen-Request-Method as a POST', (exchange) =>
    exchange.headers.has('X-Hydrogen-Request-Method') ? Promise.resolve(forged(405, { code: 'method_not_allowed' })) : exchange.forward(),
  ),
];
