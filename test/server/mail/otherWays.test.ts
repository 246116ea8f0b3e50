// @module-tag fault
import { describe, expect, it } from 'vitest';
import { password, registerEmail } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const email = 'mei@example.com';
const changed = 'staple-battery-9';

/** The links of one language in the mail that an address got last. */
async function linksTo(server: TestServer, address = email): Promise<string[]> {
  const [zh = ''] = ((await server.mailTo(address))?.text ?? '').split('---');
  return zh.match(/https?:\S+/g) ?? [];
}
async function resetLinks(server: TestServer, address = email): Promise<string[]> {
  expect((await server.call('requestPasswordReset', { body: { email: address } })).status).toBe(201);
  return linksTo(server, address);
}
const read = async (link = 'no link', language = 'en') => (await fetch(link, { headers: { 'Accept-Language': language } })).text();
const press = (link = 'no link', fields: [string, string][] = []) => fetch(link, { method: 'POST', body: new URLSearchParams(fields) });
const setPassword: [string, string][] = [
  ['password', changed],
  ['again', changed],
];
const drop = (name: string): [string, string] => ['drop', name];

describe('a login method that a thief added before the owner resets the password', () => {
  async function startStolen() {
    const server = await startServer();
    const { id, token } = await addUser(server, { email, email_verified: 1 });
    await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'thief') } });
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'mei') } });
    await server.call('updateAccount', { token, body: { phone: '13900139000' } });
    const [link] = await resetLinks(server);
    return { server, id, token, link };
  }

  it('is shown, with the number masked, in Chinese and in English', async () => {
    const { link } = await startStolen();
    const page = await read(link);
    for (const shown of [
      'QQ (linked on ',
      'WeChat (linked on ',
      'Phone number 139****9000',
      'value="qq"',
      'value="wechat"',
      'value="phone"',
    ]) {
      expect(page).toContain(shown);
    }
    expect(page).not.toContain('13900139000');
    expect(await read(link, 'zh')).toContain('微信（');
  });

  it('is removed if the owner ticks it, and others stay', async () => {
    const { server, id, link } = await startStolen();
    expect((await press(link, [...setPassword, drop('qq'), drop('phone')])).status).toBe(200);
    const { body } = await server.call('loginByEmail', { body: { email, password: changed } });
    expect(body).toMatchObject({ id, _phone: null, _provider: { wechat: expect.anything() } });
    expect(body._provider.qq).toBeUndefined();
    const code = await server.codeFor('qq', 'thief');
    expect((await server.call('silentLoginQq', { body: { code, create_user: false } })).status).toBe(404);
    expect((await server.login('wechat', 'mei')).user_info.id).toBe(id);
  });

  it('has its sessions ended in any case, and unknown names remove nothing', async () => {
    const { server, id, token, link } = await startStolen();
    expect((await press(link, [...setPassword, drop('jd'), drop('__proto__')])).status).toBe(200);
    expect((await server.call('getUser', { token, userId: id })).status).toBe(401);
    const identities = await server.store.selectFrom('identities').select('platform').execute();
    expect(identities.map(({ platform }) => platform).sort()).toEqual(['qq', 'wechat']);
  });

  it('that is a pending address is removed with the old password', async () => {
    const { server, id, token, link } = await startStolen();
    await server.call('updateAccount', { token, body: { email: 'thief@example.com' } });
    expect((await press(link, setPassword)).status).toBe(200);
    expect(await readUser(server, id)).toMatchObject({ email, email_verified: 1, email_proved: null });
  });
});

it('a reset that removes all enabled login methods: refused, and the link stays valid', async () => {
  const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['anonymous'] }) });
  const { token } = await addUser(server, { email, email_verified: 1 });
  await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'mei') } });
  const [link] = await resetLinks(server);
  expect((await press(link, [...setPassword, drop('qq')])).status).toBe(409);
  expect((await press(link, setPassword)).status).toBe(200);
});

it("an account prepared by a thief, whose address's owner is asked to verify it: the page shows its other login methods", async () => {
  const server = await startServer();
  const { token } = await server.login('qq', 'thief');
  await server.call('updateAccount', { token, body: { email } });
  await server.call('sendVerificationEmail', { token });
  const [link] = await linksTo(server);
  expect(await read(link)).toContain('QQ (linked on ');
});

describe('a reset of an unverified address', () => {
  it('is mailed to its claimant, and verifies it', async () => {
    const server = await startServer();
    const { id, token } = await registerEmail(server, email);
    const [link, ...others] = await resetLinks(server);
    expect(others).toEqual([]);
    expect((await press(link, setPassword)).status).toBe(200);
    expect((await server.call('getUser', { token, userId: id })).status).toBe(401);
    expect((await server.call('loginByEmail', { body: { email, password: changed } })).body).toMatchObject({
      id,
      _email_verified: true,
      _email_proved: email,
    });
  });

  it('is one mail with a link for each claimant: the owner chooses an account, and strangers lose their claims', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const stranger = await server.login('qq', 'thief');
    await server.call('updateAccount', { token: stranger.token, body: { email, nickname: 'http://evil.example' } });
    clock.time += 86_400;
    const owner = await registerEmail(server, email);
    const links = await resetLinks(server);
    expect(links).toHaveLength(2);
    const { text = '' } = (await server.mailTo(email)) ?? {};
    expect(text).toContain('2027-01-15 注册的账号, QQ');
    expect(text).toContain('The account registered on 2027-01-16\n');
    expect(text).not.toContain('evil');

    expect((await press(links[0], setPassword)).status).toBe(200);
    expect((await press(links[1], setPassword)).status).toBe(410);
    expect((await server.call('loginByEmail', { body: { email, password: changed } })).body.id).toBe(owner.id);
    expect(await readUser(server, stranger.user_info.id)).toMatchObject({ email: null });
  });

  it('that many users claim: five links, and no more than one mail a minute', async () => {
    const server = await startServer();
    for (let claim = 0; claim < 8; claim++) await addUser(server, { email });
    expect(await resetLinks(server)).toHaveLength(5);
    const sent = await server.store.selectFrom('mail_links').select('token_hash').execute();
    await resetLinks(server);
    expect(await server.store.selectFrom('mail_links').select('token_hash').execute()).toEqual(sent);
  });
});

describe('a thief who claimed their own address in the session of another user', () => {
  const thief = 'thief@example.com';

  it('requests a reset, for an account with a verified address or number: nothing is mailed', async () => {
    const server = await startServer();
    for (const columns of [
      { email, email_verified: 1 },
      { phone: '13800138000', phone_verified: 1 },
    ] as const) {
      const { token } = await addUser(server, columns);
      await server.call('updateAccount', { token, body: { email: thief } });
    }
    expect(await resetLinks(server, thief)).toEqual([]);
  });

  it('requests a reset after the owner set a new password: nothing is mailed, and earlier links are invalid', async () => {
    const server = await startServer();
    const { body: owner } = await server.call('registerByUsername', { body: { username: 'Mei', password } });
    const stolen = await server.call('loginByUsername', { body: { username: 'Mei', password } });
    await server.call('updateAccount', { token: stolen.body.token, body: { email: thief } });
    await server.call('sendVerificationEmail', { token: stolen.body.token });
    const [link] = await linksTo(server, thief);
    await server.call('updateAccount', { token: owner.token, body: { password, new_password: changed } });
    expect((await press(link)).status).toBe(410);
    await server.call('requestPasswordReset', { body: { email: thief } });
    await server.services.background.settled();
    expect(await server.store.selectFrom('mail_links').selectAll().execute()).toEqual([]);
  });
});

it('a new password of an account with only an unverified address: the address can still be mailed a reset', async () => {
  const server = await startServer();
  const { token } = await registerEmail(server, email);
  await server.call('updateAccount', { token, body: { password, new_password: changed } });
  expect(await resetLinks(server)).toHaveLength(1);
});

describe('the owner of an account whose number changes', () => {
  it('gets a mail at the verified address if the number changes, and if a new one is verified', async () => {
    const server = await startServer();
    const { token } = await addUser(server, { email, email_verified: 1, phone: '13800138000', phone_verified: 1 });
    await server.call('updateAccount', { token, body: { phone: '13900139000' } });
    const mail = await server.mailTo(email);
    expect(mail?.subject).toBe('Sandbox: 手机号已变更 / Your phone number was changed');
    expect(mail?.text).not.toMatch(/13[89]00/);
  });

  it('gets no mail about a refused change', async () => {
    const server = await startServer();
    const { token } = await addUser(server, { email, email_verified: 1 });
    await addUser(server, { username: 'Larry' });
    const body = { email: 'new@example.com', username: 'larry', new_password: password };
    expect((await server.call('updateAccount', { token, body })).status).toBe(409);
    expect(await server.mailTo(email)).toBeUndefined();
  });
});
