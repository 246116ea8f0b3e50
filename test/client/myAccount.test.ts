import { describe, expect, it } from 'vitest';
import { itRemembers, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
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
