import { describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { showsBodyOf } from '../support/platforms.ts';
import { startServer } from '../support/server.ts';

describe.each(miniprogramPlatforms)("the person's own account on %s", (platform) => {
  itRemembers('shows and ends sessions, unlinks, closes and exports', async () => {
    const server = await startBackend();
    const app = await startApp(server, platform, { person: 'larry' });
    const { auth } = app.BaaS;
    const { id } = await auth[verbs[platform].login]();
    const elsewhere = await startApp(server, platform, { person: 'larry' });
    await elsewhere.BaaS.auth[verbs[platform].login]();

    const { statusCode, data } = await auth.listSessions();
    expect([statusCode, data.objects.length]).toEqual([200, 2]);
    const other = data.objects.find((session: { is_current: boolean }) => !session.is_current);
    expect(await auth.endSession(other.id)).toMatchObject({ statusCode: 200, data: { status: 'ok' } });
    expect(await auth.endOtherSessions()).toMatchObject({ data: { sessions_ended: 0 } });

    const { data: identities } = await auth.listIdentities();
    expect(identities.objects).toMatchObject([{ platform }]);
    await expect(auth.unlinkIdentity(identities.objects[0].id)).rejects.toMatchObject({ code: 409 });

    const { data: closure } = await auth.requestClosure();
    expect((await auth.getCurrentUser()).get('_closing_at')).toBe(closure.closing_at);
    expect(await auth.cancelClosure()).toMatchObject({ statusCode: 200 });
    expect((await auth.getCurrentUser()).get('_closing_at')).toBeUndefined();
    expect((await auth.exportMe()).data).toMatchObject({ users: [{ id }], identities: [{ platform }] });
  });
});

describe.each(miniprogramPlatforms)('a merge on %s', (platform) => {
  const otherOf = (server: Backend) => server.call('registerByUsername', { body: { username: `other-${platform}`, password } });

  itRemembers('previews and merges the account of a ticket', async () => {
    const server = await startBackend();
    const app = await startApp(server, platform, { person: 'larry' });
    const { auth } = app.BaaS;
    const { id } = await auth[verbs[platform].login]();
    const other = (await otherOf(server)).body;
    const { merge_ticket, merge_needs_proof } = await auth.createMergeTicket({ username: `other-${platform}`, password });
    expect(merge_needs_proof).toBe(false);
    const { mine, theirs, conflicts } = await auth.previewMerge(merge_ticket);
    expect([mine.id, theirs.id, conflicts]).toEqual([id, other.id, []]);
    const user = await auth.merge(merge_ticket);
    expect([user.id, user.get('_username'), user.get('merged_from')]).toEqual([id, `other-${platform}`, [other.id]]);
    expect((await auth.getCurrentUser()).id).toBe(id);
  });

  itRemembers('of an identity that another account has begins with the refusal of the link', async () => {
    const server = await startBackend();
    const app = await startApp(server, platform, { person: 'larry' });
    const { auth } = app.BaaS;
    const { id } = (await server.login(platform, 'larry')).user_info;
    const user = await auth.register({ username: `mine-${platform}`, password });
    const refusal = await user[verbs[platform].link]().catch((error: object) => error);
    expect(refusal).toMatchObject({ code: 409 });
    const hasTicket = showsBodyOf(platform, 409);
    if (hasTicket) expect(refusal).toMatchObject({ error_code: 'identity_taken', merge_needs_proof: false });
    const proof = async () => auth.createMergeTicket({ platform, code: await server.codeFor(platform, 'larry') });
    const merged = await auth.merge(hasTicket ? refusal.merge_ticket : (await proof()).merge_ticket, {});
    expect(merged.get('merged_from')).toEqual([id]);
    expect(app.BaaS.storage.get('openid')).toBe(merged.openid);
  });
});

itRemembers('a merge without the choices that it needs rejects with the fields', async () => {
  const server = await startBackend();
  const { auth } = (await startApp(server, 'qq')).BaaS;
  await auth.register({ username: 'mine', password });
  await server.call('registerByUsername', { body: { username: 'theirs', password } });
  const { merge_ticket } = await auth.createMergeTicket({ username: 'theirs', password });
  expect((await auth.previewMerge(merge_ticket)).conflicts).toEqual(['username', 'password']);
  const refusal = {
    code: 409,
    error_code: 'merge_choice_missing',
    errors: [{ path: '/body/choices/username' }, { path: '/body/choices/password' }],
  };
  await expect(auth.merge(merge_ticket)).rejects.toMatchObject(refusal);
  expect((await auth.merge(merge_ticket, { username: 'theirs', password: 'mine' })).get('_username')).toBe('theirs');
  await expect(auth.merge(merge_ticket)).rejects.toMatchObject({ code: 400, error_code: 'merge_ticket_invalid' });
});

it('the verbs of a merge reject what cannot be one with 605, no session with 604, and send nothing', async () => {
  const app = await startApp(await startBackend(), 'qq');
  const { auth } = app.BaaS;
  await expect(auth.createMergeTicket('Larry')).rejects.toMatchObject({ code: 605 });
  await expect(auth.previewMerge(7)).rejects.toMatchObject({ code: 605 });
  await expect(auth.merge(7)).rejects.toMatchObject({ code: 605 });
  await expect(auth.merge('ticket', 'mine')).rejects.toMatchObject({ code: 605 });
  await expect(auth.createMergeTicket({ username: 'Larry', password })).rejects.toMatchObject({ code: 604 });
  await expect(auth.previewMerge('ticket')).rejects.toMatchObject({ code: 604 });
  await expect(auth.merge('ticket')).rejects.toMatchObject({ code: 604 });
  expect(app.calls).toEqual([]);
});

it('rejects every verb with 604 without a session, and ids that are none with 605', async () => {
  const app = await startApp(await startBackend(), 'qq');
  const { auth } = app.BaaS;
  for (const verb of ['listSessions', 'endOtherSessions', 'listIdentities', 'requestClosure', 'cancelClosure', 'exportMe'] as const) {
    await expect(auth[verb]()).rejects.toMatchObject({ code: 604 });
  }
  for (const verb of ['endSession', 'unlinkIdentity'] as const) {
    await expect(auth[verb](1)).rejects.toMatchObject({ code: 604 });
    await expect(auth[verb]('1')).rejects.toMatchObject({ code: 605 });
  }
  expect(app.calls).toEqual([]);
});

itRemembers('with autoLogin, a session that is too old to close the account is renewed, and the closure requested', async () => {
  let now = Math.floor(Date.now() / 1000);
  const server = await startServer({ now: () => now });
  const app = await startApp(server, 'wechat');
  const { id } = await app.BaaS.auth.silentLogin();
  now += 3601;
  expect((await app.BaaS.auth.requestClosure()).data.closing_at).toBe(now + 7 * 86_400);
  expect(app.BaaS.storage.get('uid')).toBe(id);
});
