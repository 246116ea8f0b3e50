// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { ProvableKind } from '../../../server/store/schema.ts';
import { password, registerEmail, registerUser } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const own = 'staple-battery-9';

const registerBy = { email: 'registerByEmail', phone: 'registerByPhone' } as const;
const logInBy = { email: 'loginByEmail', phone: 'loginByPhone' } as const;
const names = [
  { kind: 'email', name: 'mei@example.com', other: 'new@example.com' },
  { kind: 'phone', name: '13800138000', other: '13900139000' },
] as const;

const register = (server: TestServer, kind: ProvableKind, name: string, secret = password, token?: string) =>
  server.call(registerBy[kind], { body: { [kind]: name, password: secret }, token });
const logIn = (server: TestServer, kind: ProvableKind, name: string, secret = password) =>
  server.call(logInBy[kind], { body: { [kind]: name, password: secret } });

/** Sends a code to a number and returns it. */
async function codeTo(server: TestServer, phone: string): Promise<string> {
  expect((await server.call('sendSmsCode', { body: { phone } })).status).toBe(200);
  return server.smsCodeTo(phone);
}

async function linkTo(server: TestServer, email: string): Promise<string> {
  const [link = 'no link'] = /https?:\S+/.exec((await server.mailTo(email))?.text ?? '') ?? [];
  return link;
}

/** Proves what a session's user claims, as a person does. */
async function proveClaim(server: TestServer, kind: ProvableKind, name: string, token: string): Promise<number> {
  if (kind === 'phone') return (await server.call('verifyPhone', { token, body: { code: await codeTo(server, name) } })).status;
  expect((await server.call('sendVerificationEmail', { token })).status).toBe(201);
  return (await fetch(await linkTo(server, name), { method: 'POST' })).status;
}

describe.each(names)('a stranger who claims the $kind of another user and verifies nothing', ({ kind, name }) => {
  it('before its owner registers: the owner registers, logs in and verifies it, and the stranger loses the claim', async () => {
    const server = await startServer();
    const { body: stranger } = await register(server, kind, name, own);
    const { status, body: owner } = await register(server, kind, name);
    expect([status, owner[`_${kind}`], owner[`_${kind}_verified`], owner[`_${kind}_proved`]]).toEqual([201, name, false, null]);
    expect((await logIn(server, kind, name)).body.id).toBe(owner.id);
    expect(await proveClaim(server, kind, name, owner.token)).toBe(200);
    expect((await logIn(server, kind, name, own)).status).toBe(400);
    expect((await logIn(server, kind, name)).body).toMatchObject({ id: owner.id, [`_${kind}_proved`]: name });
    const { body } = await server.call('getUser', { token: stranger.token, userId: stranger.id });
    expect(body).toMatchObject({ [`_${kind}`]: null, [`_${kind}_verified`]: false });
  });

  it('before its owner upgrades an anonymous account: the owner gets the account', async () => {
    const server = await startServer();
    await register(server, kind, name, own);
    const { body: anonymous } = await server.call('loginAnonymously');
    const { status, body } = await register(server, kind, name, password, anonymous.token);
    expect([status, body.id, body._anonymous]).toEqual([201, anonymous.id, false]);
    expect((await logIn(server, kind, name)).body.id).toBe(anonymous.id);
  });

  it('after its owner registered, many times: the owner still logs in', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ rateLimited: false, now: () => clock.time });
    const { body: owner } = await register(server, kind, name);
    clock.time += 1;
    for (let attempt = 0; attempt < 6; attempt++) await register(server, kind, name, own);
    expect((await logIn(server, kind, name)).body.id).toBe(owner.id);
  });

  it("after its owner verified it: refused, and it stays the owner's", async () => {
    const server = await startServer();
    const owner = await addUser(server, { [kind]: name, [`${kind}_verified`]: 1 });
    expect(await register(server, kind, name)).toMatchObject({ status: 409, body: { code: `${kind}_taken` } });
    expect(await readUser(server, owner.id)).toMatchObject({ [kind]: name, [`${kind}_verified`]: 1 });
  });

  it('and then loses it: other ways to log in stay, and so does an earlier verified one', async () => {
    const server = await startServer();
    const stranger = await addUser(server, { [kind]: `${kind === 'email' ? 'old@example.com' : '13700137000'}`, [`${kind}_verified`]: 1 });
    const before = await readUser(server, stranger.id);
    await server.call('updateAccount', { token: stranger.token, body: { [kind]: name } });
    const owner = await addUser(server, { [kind]: name });
    expect(await proveClaim(server, kind, name, owner.token)).toBe(200);
    expect(await readUser(server, stranger.id)).toMatchObject({ [kind]: before[kind], [`${kind}_verified`]: 1, [`${kind}_proved`]: null });
  });
});

it('wrong passwords for an address that many users claim: five hashes at most', async () => {
  const server = await startServer({ rateLimited: false });
  for (let claim = 0; claim < 8; claim++) await addUser(server, { email: 'mei@example.com' });
  let hashes = 0;
  const { passwords } = server.services;
  server.services.passwords = {
    ...passwords,
    async verify() {
      hashes++;
      return false;
    },
  };
  expect((await logIn(server, 'email', 'mei@example.com')).status).toBe(400);
  expect(hashes).toBe(5);
  hashes = 0;
  expect((await logIn(server, 'email', 'unknown@example.com')).status).toBe(400);
  expect(hashes).toBe(1);
});

describe.each(names)('a mistyped new $kind', ({ kind, name, other }) => {
  async function startWithSlip() {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { body } = await server.call('registerByUsername', { body: { username: 'Mei', password } });
    await server.call('updateAccount', { token: body.token, body: { [kind]: name } });
    expect(await proveClaim(server, kind, name, body.token)).toBe(200);
    const { body: changed } = await server.call('updateAccount', { token: body.token, body: { [kind]: other } });
    // A user is mailed once a minute.
    clock.time += 60;
    return { server, token: body.token, id: body.id, changed };
  }

  it('is a claim in addition to the verified one, which is in the record and still logs in', async () => {
    const { server, id, changed } = await startWithSlip();
    expect(changed).toMatchObject({ [`_${kind}`]: other, [`_${kind}_verified`]: false, [`_${kind}_proved`]: name, [kind]: other });
    expect((await logIn(server, kind, name)).body).toMatchObject({ id, [`_${kind}`]: other, [`_${kind}_proved`]: name });
    expect((await logIn(server, kind, other)).body.id).toBe(id);
  });

  it('does not make the verified one available to others', async () => {
    const { server } = await startWithSlip();
    expect(await register(server, kind, name)).toMatchObject({ status: 409, body: { code: `${kind}_taken` } });
  });

  it('is replaced by setting the verified one again', async () => {
    const { server, token } = await startWithSlip();
    const { body } = await server.call('updateAccount', { token, body: { [kind]: name } });
    expect(body).toMatchObject({ [`_${kind}`]: name, [`_${kind}_verified`]: true, [`_${kind}_proved`]: name });
    expect(await server.store.selectFrom('login_claims').selectAll().execute()).toEqual([]);
  });

  it('that was correct replaces the verified one after its verification, and the owner is mailed', async () => {
    const { server, id, token } = await startWithSlip();
    expect(await proveClaim(server, kind, other, token)).toBe(200);
    expect((await logIn(server, kind, name)).status).toBe(400);
    expect((await logIn(server, kind, other)).body).toMatchObject({ id, [`_${kind}`]: other, [`_${kind}_proved`]: other });
    if (kind === 'email') expect((await server.mailTo(name))?.subject).toContain('邮箱地址已更换');
  });

  it('is cleared with null, together with the verified one', async () => {
    const { server, token } = await startWithSlip();
    const { body } = await server.call('updateAccount', { token, body: { [kind]: null } });
    expect(body).toMatchObject({ [`_${kind}`]: null, [`_${kind}_verified`]: false, [`_${kind}_proved`]: null });
    expect((await logIn(server, kind, name)).status).toBe(400);
    expect((await register(server, kind, name)).status).toBe(201);
  });
});

describe('a mistyped new address or number', () => {
  it('leaves SMS login to the verified number', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { phone: '13800138000', phone_verified: 1 });
    await server.call('updateAccount', { token, body: { phone: '13900139000' } });
    const body = { phone: '13800138000', code: await codeTo(server, '13800138000'), create_user: false };
    expect((await server.call('loginBySmsCode', { body })).body).toMatchObject({ id, _phone: '13900139000', _phone_proved: '13800138000' });
  });

  it('leaves the reset to the verified address, which is mailed about the change', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { id, token } = await addUser(server, { email: 'mei@example.com', email_verified: 1 });
    await server.call('updateAccount', { token, body: { email: 'typo@example.com' } });
    expect((await server.mailTo('mei@example.com'))?.subject).toContain('邮箱地址正在更换');
    await server.call('requestPasswordReset', { body: { email: 'mei@example.com' } });
    const link = await linkTo(server, 'mei@example.com');
    const form = new URLSearchParams({ password, again: password });
    expect((await fetch(link, { method: 'POST', body: form })).status).toBe(200);
    expect((await logIn(server, 'email', 'mei@example.com')).body.id).toBe(id);
  });
});

describe('null for the last way to log in', () => {
  it.each([
    ['a username', 'registerByUsername', 'username', 'Mei'],
    ['an address', 'registerByEmail', 'email', 'mei@example.com'],
    ['a number', 'registerByPhone', 'phone', '13800138000'],
  ] as const)('of an account with %s alone', async (_case, operation, kind, name) => {
    const server = await startServer();
    const { body } = await server.call(operation, { body: { [kind]: name, password } });
    const before = await readUser(server, body.id);
    const reply = await server.call('updateAccount', { token: body.token, body: { [kind]: null } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'last_way_in' } });
    expect({ ...(await readUser(server, body.id)), updated_at: 0 }).toEqual({ ...before, updated_at: 0 });
  });

  it('for all names at once: refused, and nothing changes', async () => {
    const server = await startServer();
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body: { email: 'mei@example.com', phone: '13800138000' } });
    const reply = await server.call('updateAccount', { token, body: { username: null, email: null, phone: null } });
    expect(reply).toMatchObject({ status: 409, body: { code: 'last_way_in' } });
  });

  it('for a verified number without a password, and for a verified address: refused, and nothing changes', async () => {
    const server = await startServer();
    const byNumber = await addUser(server, { phone: '13800138000', phone_verified: 1 });
    const byAddress = await addUser(server, { email: 'mei@example.com', email_verified: 1 });
    expect((await server.call('updateAccount', { token: byNumber.token, body: { phone: null } })).status).toBe(409);
    expect((await server.call('updateAccount', { token: byAddress.token, body: { email: null } })).status).toBe(409);
  });

  it('with a name left that the app disables for logins: refused, and nothing changes', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, login_methods: ['username'] }) });
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body: { email: 'mei@example.com', phone: '13800138000' } });
    expect((await server.call('updateAccount', { token, body: { username: null } })).status).toBe(409);
  });

  it.each([
    ['an address with the password', { email: 'mei@example.com' }],
    ['a number with the password', { phone: '13800138000' }],
  ])('with %s left: accepted', async (_case, body) => {
    const server = await startServer();
    const { token } = await registerUser(server);
    await server.call('updateAccount', { token, body });
    expect((await server.call('updateAccount', { token, body: { username: null } })).status).toBe(200);
  });

  it('with a platform identity left: accepted', async () => {
    const server = await startServer();
    const { token } = await server.login('qq', 'larry');
    await server.call('updateAccount', { token, body: { username: 'Larry', new_password: password } });
    expect((await server.call('updateAccount', { token, body: { username: null } })).status).toBe(200);
  });

  it('by two requests that each remove one of two names at the same time: one is refused', async () => {
    const server = await startServer();
    const { token } = await registerEmail(server, 'mei@example.com');
    await server.call('updateAccount', { token, body: { username: 'Mei' } });
    const replies = await Promise.all([{ username: null }, { email: null }].map((body) => server.call('updateAccount', { token, body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('the current password of an account that has none', () => {
  it.each([{ password: '' }, { password: null }, {}])('counts as absent if it is %o', async (given) => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const body = { ...given, username: 'Larry', new_password: password };
    expect((await server.call('updateAccount', { token, body })).status).toBe(200);
    const wrong = { ...given, new_password: own };
    expect(await server.call('updateAccount', { token, body: wrong })).toMatchObject({
      status: 400,
      body: { code: 'credentials_invalid' },
    });
  });
});

describe.each(names)('concurrent verifications and claims of one $kind', ({ kind, name }) => {
  it('leave one verified owner, and no claim', async () => {
    const server = await startServer({ rateLimited: false });
    const users = await Promise.all(Array.from({ length: 6 }, () => addUser(server, { username: undefined })));
    const [owner, ...others] = users;
    if (!owner) throw new Error('no owner');
    await server.call('updateAccount', { token: owner.token, body: { [kind]: name } });
    const link = kind === 'email' ? await verificationLink(server, owner.token, name) : '';
    const code = kind === 'phone' ? await codeTo(server, name) : '';
    const prove = () =>
      kind === 'phone' ? server.call('verifyPhone', { token: owner.token, body: { code } }) : fetch(link, { method: 'POST' });
    const replies = await Promise.all([
      ...others.slice(0, 3).map(({ token }) => server.call('updateAccount', { token, body: { [kind]: name } })),
      prove(),
      ...others.slice(3).map(({ token }) => server.call('updateAccount', { token, body: { [kind]: name } })),
    ]);
    expect(replies[3]?.status).toBe(200);
    expect(await readUser(server, owner.id)).toMatchObject({ [kind]: name, [`${kind}_verified`]: 1 });
    expect(await server.store.selectFrom('login_claims').selectAll().execute()).toEqual([]);
    for (const { id } of others) expect(await readUser(server, id)).toMatchObject({ [kind]: null });
  });
});

async function verificationLink(server: TestServer, token: string, email: string): Promise<string> {
  expect((await server.call('sendVerificationEmail', { token })).status).toBe(201);
  return linkTo(server, email);
}
