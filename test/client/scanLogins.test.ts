import { describe, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp, verbs } from '../support/fakeHost.ts';
import { openWebPage } from '../support/webPage.ts';

/** A page with the web client, which polls at once instead of every two seconds. */
async function openPage({ origin }: Pick<Backend, 'origin'>) {
  const { BaaS } = await openWebPage({ host: origin }, (run, milliseconds) => setTimeout(run, milliseconds === 2000 ? 0 : milliseconds));
  return BaaS.auth;
}

describe('a scan login', () => {
  itRemembers.each(miniprogramPlatforms)('lets a page in from %s', async (platform) => {
    const server = await startBackend();
    const page = await openPage(server);
    const { auth } = (await startApp(server, platform, { person: 'larry' })).BaaS;
    const { id } = await auth[verbs[platform].login]();
    const shown = await page.startScanLogin();
    expect(shown).not.toHaveProperty('poll_token');
    const heard: string[] = [];
    const waiting = shown.wait((status: string) => heard.push(status));
    const query = { scene: encodeURIComponent(shown.ticket) };
    expect(await auth.openScanLogin(query)).toMatchObject({ app_name: 'Sandbox', same_network: true });
    await auth.confirmScanLogin(query, { checkCode: shown.check_code });
    expect((await waiting).id).toBe(id);
    expect(heard.at(-1)).toBe('confirmed');
    expect((await page.getCurrentUser()).id).toBe(id);
  });

  itRemembers('is found by the link that was scanned, and can be refused', async () => {
    const server = await startBackend();
    const page = await openPage(server);
    const { auth } = (await startApp(server, 'qq')).BaaS;
    await auth.register({ username: 'Larry', password });
    const shown = await page.startScanLogin();
    await auth.refuseScanLogin({ q: encodeURIComponent(shown.link) });
    await expect(shown.wait()).rejects.toMatchObject({ code: 613 });
    await expect(auth.confirmScanLogin(shown.ticket)).rejects.toMatchObject({ code: 404, error_code: 'scan_login_not_found' });
  });

  itRemembers('ends for the page when it stops, and when the code has expired', async () => {
    const clock = { time: 1_800_000_000 };
    const page = await openPage(await startBackend({ now: () => clock.time }));
    const [stopped, late] = [await page.startScanLogin(), await page.startScanLogin()];
    const waiting = stopped.wait();
    stopped.stop();
    await expect(waiting).rejects.toMatchObject({ code: 614 });
    clock.time += 120;
    await expect(late.wait()).rejects.toMatchObject({ code: 614 });
  });

  it('needs a session on the phone, and a ticket', async () => {
    const { auth } = (await startApp(await startBackend(), 'qq')).BaaS;
    await expect(auth.openScanLogin('mUo4vZ0q7TtXw1YbE9kLcA')).rejects.toMatchObject({ code: 604 });
    for (const nothing of ['', {}, undefined]) await expect(auth.confirmScanLogin(nothing)).rejects.toMatchObject({ code: 605 });
  });
});
