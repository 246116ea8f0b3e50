import type { Mutation } from './mutant.ts';
import { answersOf, everyExchange, exchangesOf, storesRefused } from './tell.ts';

export const webLoginMutations: Mutation[] = [
  everyExchange(['loginOnWeb'], 'refuses, and stores the user', storesRefused('loginOnWeb', 'identity_not_found')),
  exchangesOf(['silentLoginOnWeb'], 'creates a user although it may not', ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { ...body, create_user: true } }),
  ),
  exchangesOf(['loginOnWeb'], 'writes no profile', ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { ...body, update_userprofile: 'false' } }),
  ),
  exchangesOf(['createWebLogin'], 'forgets the session that it begins in', ({ forward }) => forward({ token: null })),
  answersOf('linkOnWeb', 200, 'links, and shows another openid', ({ body }) => Object.assign(body, { openid: 'another' })),
];
