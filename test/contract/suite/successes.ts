import { requestExamplesOf } from '../../support/contract.ts';
import { type Context, type Fields, fullestExample } from './context.ts';
import { openAccount, openAnonymous, password, prepare } from './fixtures.ts';
import type { Request } from './target.ts';

const plain = (context: Context) => prepare(context);

const byExample = (wanted: string) => (context: Context) => {
  const example = requestExamplesOf(context.id).find(({ name }) => name === wanted);
  if (!example) throw new Error(`${context.id} has no request example ${wanted}`);
  return prepare(context, example.value as Fields);
};

/** How a client causes each success example of the contract, by its name. */
export const successes: Record<string, (context: Context) => Promise<Request>> = {
  access_token: plain,
  active: plain,
  anonymous: plain,
  begun: plain,
  changed: plain,
  closing: plain,
  ended: plain,
  exchanged: plain,
  exported: plain,
  first_page: plain,
  granted: plain,
  kept: plain,
  latest: plain,
  legacy_users: plain,
  linked: plain,
  merged: plain,
  logged_out: plain,
  new_user: plain,
  newcomer: plain,
  no_legacy_users: plain,
  now: plain,
  own: plain,
  picture_updated: plain,
  requested: plain,
  right: plain,
  sent: plain,
  two_phones: plain,
  two_platforms: plain,
  unlinked: plain,
  ticket: plain,
  two_accounts: plain,
  updated: plain,
  verified: plain,
  with_unionid: byExample('with_unionid'),
  inactive: async () => ({ body: { token: 'unknown' } }),
  returning: (context) => prepare(context, { ...fullestExample(context.id), create_user: false }),
  upgraded: async (context) => ({ ...(await prepare(context)), token: await openAnonymous(context) }),
  another: async (context) => ({ ...(await prepare(context)), params: { user_id: (await openAccount(context)).id } }),
  deliveries: plain,
  replayed: plain,
  test_event_sent: plain,
  counted: async (context) => ({ ...(await prepare(context)), query: { return_total_count: '1' } }),
  no_match: async (context) => ({ ...(await prepare(context)), query: { where: '{"nickname":{"$eq":"no one has this nickname"}}' } }),
  asked: plain,
  confirmed: plain,
  refused: plain,
  scan_login: plain,
  waiting: plain,
  async let_in(context) {
    const { ticket, poll_token } = (await context.call('createScanLogin')).body;
    await context.call('confirmScanLogin', { token: (await openAccount(context)).token, body: { ticket } });
    return { body: { poll_token } };
  },
  async email_cleared({ target, call }) {
    const { body } = await call('registerByUsername', { body: { username: target.newName(), password } });
    await call('updateAccount', { token: body.token, body: { email: `${target.newName()}@example.com` } });
    return { token: body.token, body: { email: null } };
  },
};
