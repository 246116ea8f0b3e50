import { describe, expect, it } from 'vitest';
import { password, registerEmail, registerUser } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const linkQq = async (server: TestServer, token: string, person: string) =>
  server.call('linkQq', { token, body: { code: await server.codeFor('qq', person) } });

describe('a link that is refused because another account has the identity', () => {
  it('carries a ticket that merges that account', async () => {
    const server = await startServer();
    const [mine, theirs] = [await server.login('wechat', 'mei'), await server.login('qq', 'mei')];
    const refused = await linkQq(server, mine.token, 'mei');
    expect(refused).toMatchObject({ status: 409, body: { code: 'identity_taken', merge_needs_proof: false } });
    const { merge_ticket } = refused.body;

    const preview = await server.call('previewMerge', { token: mine.token, body: { merge_ticket } });
    expect(preview.body).toMatchObject({ mine: { id: mine.user_info.id }, theirs: { id: theirs.user_info.id }, conflicts: [] });
    const merged = await server.call('mergeAccounts', { token: mine.token, body: { merge_ticket } });
    expect(merged).toMatchObject({ status: 200, body: { id: mine.user_info.id, merged_from: [theirs.user_info.id] } });
    expect(Object.keys(merged.body._provider).toSorted()).toEqual(['qq', 'wechat']);

    expect((await server.login('qq', 'mei')).user_info.id).toBe(mine.user_info.id);
    expect(await server.call('getMe', { token: theirs.token })).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect((await server.call('getMe', { token: mine.token })).status).toBe(200);
    const events = (await auditOf(server)).filter(({ event }) => event === 'user_merged');
    expect(events.map(({ user_id, operation }) => [user_id, operation])).toEqual([
      [mine.user_info.id, 'mergeAccounts'],
      [theirs.user_info.id, 'mergeAccounts'],
    ]);
  });

  it('needs a choice between two identities of one app of a platform, and drops the other', async () => {
    const server = await startServer();
    const [mine, theirs] = [await server.login('wechat', 'mei'), await server.login('qq', 'mei')];
    await linkQq(server, mine.token, 'ann');
    const { body } = await linkQq(server, mine.token, 'mei');
    const { merge_ticket } = body;
    const [field] = (await server.call('previewMerge', { token: mine.token, body: { merge_ticket } })).body.conflicts;
    expect(field).toBe('identities.qq.sandbox-qq');
    const refused = await server.call('mergeAccounts', { token: mine.token, body: { merge_ticket } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'merge_choice_missing', errors: [{ path: `/body/choices/${field}` }] } });
    const choices = { [field]: 'theirs' };
    expect((await server.call('mergeAccounts', { token: mine.token, body: { merge_ticket, choices } })).status).toBe(200);
    expect((await server.login('qq', 'mei')).user_info.id).toBe(mine.user_info.id);
    expect([mine.user_info.id, theirs.user_info.id]).not.toContain((await server.login('qq', 'ann')).user_info.id);
  });
});

describe('two accounts with names', () => {
  const other = { username: 'Other', password_hash: 'any', email: 'other@example.com', email_verified: 1 } as const;

  async function twoAccounts(columns: object, more: object = {}) {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    const theirs = await registerUser(server, 'Larry');
    const set = (id: number, values: object) => server.store.updateTable('users').set(values).where('id', '=', id).execute();
    await set(mine.id, columns);
    await set(theirs.id, more);
    const ticket = await ticketFor(server, mine.token, { username: 'larry', password });
    return { server, mine, theirs, ticket };
  }

  it('disagree about username, password, profile and custom fields, and about nothing that only one has or both have alike', async () => {
    const { server, mine, ticket } = await twoAccounts(
      { nickname: 'Mei', avatar: 'https://a/1.png', city: 'Huizhou', gender: 1, fields: '{"points":1,"own":1,"same":{"a":1,"b":2}}' },
      {
        nickname: 'Larry',
        avatar: '',
        city: 'Huizhou',
        gender: 0,
        country: 'China',
        fields: '{"points":2,"other":[1],"same":{"b":2,"a":1}}',
      },
    );
    const { body } = await server.call('previewMerge', { token: mine.token, body: { merge_ticket: ticket } });
    expect(body.conflicts.toSorted()).toEqual(['fields.points', 'nickname', 'password', 'username']);
    const merged = await mergeWith(server, mine.token, ticket, { 'fields.points': 'theirs', nickname: 'theirs' });
    expect(merged.body).toMatchObject({ nickname: 'Larry', avatar: 'https://a/1.png', city: 'Huizhou', gender: 1, country: 'China' });
    expect(merged.body).toMatchObject({ _username: 'Mei', points: 2, own: 1, other: [1], same: { a: 1, b: 2 } });
  });

  it.each(['微信用户', ''])('do not disagree about the nickname %j, which counts as absent', async (nickname) => {
    const { server, mine, ticket } = await twoAccounts({ nickname }, { nickname: 'Larry' });
    const merged = await mergeWith(server, mine.token, ticket);
    expect(merged.body.nickname).toBe('Larry');
  });

  it('leave the chosen name and password, and free the other name', async () => {
    const server = await startServer();
    const mine = await registerUser(server, 'Mei');
    await server.call('registerByUsername', { body: { username: 'Larry', password: 'another-long-one' } });
    const ticket = await ticketFor(server, mine.token, { username: 'larry', password: 'another-long-one' });
    expect((await mergeWith(server, mine.token, ticket, { username: 'theirs', password: 'theirs' })).status).toBe(200);
    const login = (username: string, word: string) => server.call('loginByUsername', { body: { username, password: word } });
    expect((await login('Larry', 'another-long-one')).body.id).toBe(mine.id);
    expect((await login('Mei', password)).status).toBe(400);
    expect((await registerUser(server, 'Mei')).id).not.toBe(mine.id);
  });

  it('share the verified number and address of either', async () => {
    const server = await startServer();
    const mine = await addUser(server, { username: 'Mei', password_hash: 'any', phone: '13800138000', phone_verified: 1 });
    const theirs = await registerUser(server, 'Other');
    const { email, email_verified } = other;
    await server.store.updateTable('users').set({ email, email_verified }).where('id', '=', theirs.id).execute();
    await server.store
      .insertInto('login_names')
      .values({ tenant_id: 'sandbox', kind: 'email', value: email, user_id: theirs.id })
      .execute();
    const ticket = await ticketFor(server, mine.token, { username: 'Other', password });
    expect((await mergeWith(server, mine.token, ticket)).body).toMatchObject({
      _email: email,
      _email_verified: true,
      _phone: '13800138000',
    });
    const names = await server.store.selectFrom('login_names').select(['kind', 'user_id']).orderBy('kind').execute();
    expect(names).toEqual(['email', 'phone', 'username'].map((kind) => ({ kind, user_id: mine.id })));
    expect(await readUser(server, theirs.id)).toMatchObject({
      state: 'merged',
      merged_into: mine.id,
      email: null,
      username: null,
      fields: '{}',
    });
  });

  it('that claim and have verified one address keep it verified, without a choice', async () => {
    const server = await startServer();
    const mine = await addUser(server, { username: 'Mei', password_hash: 'any', email: 'mei@example.com' });
    const theirs = await addUser(server, { email: 'mei@example.com', email_verified: 1 });
    await server.store
      .updateTable('users')
      .set({ password_hash: await server.services.passwords.hash(password) })
      .where('id', '=', theirs.id)
      .execute();
    const ticket = await ticketFor(server, mine.token, { email: 'mei@example.com', password });
    const { body } = await server.call('previewMerge', { token: mine.token, body: { merge_ticket: ticket } });
    expect(body.conflicts).toEqual(['password']);
    expect((await mergeWith(server, mine.token, ticket)).body).toMatchObject({ _email: 'mei@example.com', _email_verified: true });
    expect(await server.store.selectFrom('login_claims').selectAll().execute()).toEqual([]);
  });

  it('with too many custom fields together are refused, and nothing changes', async () => {
    const fields = (prefix: string) => JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${prefix}${n}`, n])));
    const { server, mine, theirs, ticket } = await twoAccounts({ fields: fields('a') }, { fields: fields('b') });
    const before = [await readUser(server, mine.id), await readUser(server, theirs.id)];
    expect(await mergeWith(server, mine.token, ticket)).toMatchObject({ status: 409, body: { code: 'merge_too_large' } });
    const after = [await readUser(server, mine.id), await readUser(server, theirs.id)];
    expect(after).toEqual(before);
  });
});

describe('the id of an account that was merged', () => {
  it('finds the user who took it in: the owner sees all, others what is public', async () => {
    const server = await startServer();
    const [mine, theirs, stranger] = [
      await registerUser(server, 'Mei'),
      await registerUser(server, 'Larry'),
      await registerUser(server, 'Ann'),
    ];
    await mergeWith(server, mine.token, await ticketFor(server, mine.token, { username: 'larry', password }));
    const own = await server.call('getUser', { token: mine.token, userId: theirs.id });
    expect(own.body).toMatchObject({ id: mine.id, _username: 'Mei', merged_from: [theirs.id] });
    const found = await server.call('getUser', { token: stranger.token, userId: theirs.id });
    expect(found).toMatchObject({ status: 200, body: { id: mine.id, merged_from: [theirs.id] } });
    const direct = await server.call('getUser', { token: stranger.token, userId: mine.id });
    expect(direct.body).not.toHaveProperty('merged_from');
  });

  it('finds the last of a chain of merges', async () => {
    const server = await startServer();
    const [a, b, c] = [await registerUser(server, 'Ann'), await registerUser(server, 'Bea'), await registerUser(server, 'Cyd')];
    await mergeWith(server, b.token, await ticketFor(server, b.token, { username: 'ann', password }));
    await mergeWith(server, c.token, await ticketFor(server, c.token, { username: 'bea', password }));
    for (const { id } of [a, b, c]) {
      expect((await server.call('getUser', { token: c.token, userId: id })).body.id).toBe(c.id);
      expect((await readUser(server, id)).merged_into).toBe(id === c.id ? null : c.id);
    }
    const { body } = await server.call('getMe', { token: c.token });
    expect(body.merged_from).toEqual([b.id, a.id]);
  });

  it('is listed no more', async () => {
    const server = await startServer();
    const [mine] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
    await mergeWith(server, mine.token, await ticketFor(server, mine.token, { username: 'larry', password }));
    const { body } = await server.call('listUsers', { token: mine.token });
    expect(body.objects.map(({ id }: { id: number }) => id)).toEqual([mine.id]);
  });
});

describe('the owners of two merged accounts', () => {
  it('get a mail at the verified address of each, with the days in which it can be undone', async () => {
    const server = await startServer();
    const mine = await registerEmail(server, 'mei@example.com');
    const theirs = await registerEmail(server, 'larry@example.com');
    const unverified = await registerEmail(server, 'ann@example.com');
    for (const { token, email } of [
      { ...mine, email: 'mei@example.com' },
      { ...theirs, email: 'larry@example.com' },
    ]) {
      await server.call('sendVerificationEmail', { token });
      const [link = ''] = /https?:\S+/.exec((await server.mailTo(email))?.text ?? '') ?? [];
      expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    }
    const proofOf = (email: string) => ticketFor(server, mine.token, { email, password });
    expect((await mergeWith(server, mine.token, await proofOf('larry@example.com'))).status).toBe(200);
    for (const address of ['mei@example.com', 'larry@example.com']) {
      const mail = await server.mailTo(address);
      expect(mail?.subject).toContain('Two accounts were merged');
      expect(mail?.text).toContain('contact us within 7 days, in which we can undo the merge');
      expect(mail?.text).toContain('7 天内');
    }
    expect((await mergeWith(server, mine.token, await proofOf('ann@example.com'))).status).toBe(200);
    expect(await server.mailTo('ann@example.com')).toBeUndefined();
    expect(unverified.id).not.toBe(mine.id);
  });
});
