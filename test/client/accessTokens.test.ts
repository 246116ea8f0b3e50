import { describe, expect, it } from 'vitest';
import { itRemembers, startBackend } from '../support/backend.ts';
import { startApp } from '../support/fakeHost.ts';

const path = 'POST /v1/access-tokens';

describe('auth.getAccessToken', () => {
  it('asks once for callers at the same time and until a minute before the end', async () => {
    const app = await startApp(await startBackend(), 'wechat');
    await app.BaaS.auth.loginWithWechat();
    const letPass = (seconds: number) => app.run(`{ const before = Date.now; Date.now = () => before() + ${seconds * 1000} }`);
    const requests = () => app.calls.filter((call) => call === path).length;
    const [first, second] = await Promise.all([app.BaaS.auth.getAccessToken(), app.BaaS.auth.getAccessToken()]);
    expect(first).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect([second, await app.BaaS.auth.getAccessToken(), requests()]).toEqual([first, first, 1]);
    letPass(539);
    await app.BaaS.auth.getAccessToken();
    expect(requests()).toBe(1);
    letPass(2);
    await app.BaaS.auth.getAccessToken();
    expect(requests()).toBe(2);
  });

  itRemembers('does not give one person the token of another', async () => {
    const app = await startApp(await startBackend(), 'qq');
    await app.BaaS.auth.loginWithQQ();
    const first = await app.BaaS.auth.getAccessToken();
    await app.BaaS.auth.logout();
    await expect(app.BaaS.auth.getAccessToken()).rejects.toMatchObject({ code: 604 });
    app.person = 'mei';
    await app.BaaS.auth.loginWithQQ();
    await app.BaaS.auth.getAccessToken();
    expect(app.calls.filter((call) => call === path).length).toBe(2);
    expect(first).toBeDefined();
  });
});
