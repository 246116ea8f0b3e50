import type { Json, Mutation } from './mutant.ts';
import { answersOf, exchangesOf } from './tell.ts';

/** Forwards the request with another query. */
const withQuery = (name: string, change: (query: URLSearchParams) => unknown): Mutation =>
  exchangesOf(['listUsers'], name, ({ url, forward }) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    change(searchParams);
    return forward({ url: `${pathname}?${searchParams}` });
  });

const page = (name: string, tell: (body: Json) => unknown) => answersOf('listUsers', 200, name, ({ body }) => tell(body));

const inWhere = (query: URLSearchParams, from: string, to: string) => {
  const where = query.get('where');
  if (where !== null) query.set('where', where.replaceAll(`"${from}"`, `"${to}"`));
};

export const listMutations: Mutation[] = [
  page("shows everyone's phone number", ({ objects }) => objects.map((user: Json) => Object.assign(user, { _phone: null }))),
  page("shows everyone's platforms", ({ objects }) => objects.map((user: Json) => Object.assign(user, { _provider: {}, openid: '' }))),
  page('leaves out the pictures', ({ objects }) => {
    for (const user of objects) delete user.avatar;
  }),
  page('leaves out the last user', ({ objects }) => objects.splice(1, 1)),
  page('has no next page', ({ meta }) => Object.assign(meta, { next: null })),
  page('has no previous page', ({ meta }) => Object.assign(meta, { previous: null })),
  page('counts one too many', ({ meta }) => 'total_count' in meta && meta.total_count++),
  page('counts the page', ({ meta, objects }) => 'total_count' in meta && Object.assign(meta, { total_count: objects.length })),
  page('shows a limit that was not requested', ({ meta }) => Object.assign(meta, { limit: 20 })),
  withQuery('ignores where', (query) => query.delete('where')),
  withQuery('ignores order_by', (query) => query.delete('order_by')),
  withQuery('ignores limit', (query) => query.delete('limit')),
  withQuery('ignores offset', (query) => query.delete('offset')),
  withQuery('ignores keys', (query) => query.delete('keys')),
  withQuery('ignores after', (query) => query.delete('after')),
  withQuery('counts always', (query) => query.set('return_total_count', '1')),
  withQuery('treats $ne as $eq', (query) => inWhere(query, '$ne', '$eq')),
  withQuery('treats $lte as $lt', (query) => inWhere(query, '$lte', '$lt')),
  withQuery('treats $or as $and', (query) => inWhere(query, '$or', '$and')),
  withQuery('sorts without regard to minus', (query) => {
    const order = query.get('order_by');
    if (order !== null) query.set('order_by', order.replaceAll('-', ''));
  }),
  exchangesOf(['listUsers'], 'lists for anonymous users', async ({ forward, call }) => {
    const answer = await forward();
    if (answer.body?.code !== 'anonymous_forbidden') return answer;
    const body = { username: `l${Math.random().toString(36).slice(2)}`, password: 'plum-rain-june' };
    return forward({ token: (await call('registerByUsername', { body })).body.token });
  }),
];
