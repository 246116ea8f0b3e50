import { createContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { clientScript } from '../support/fakeHost.ts';

let server: Backend;
beforeEach(async () => {
  server = await startBackend();
});

/** A page with what a browser gives it, and the client in a `<script>`. */
async function openPage(init = { host: server.origin }) {
  const stored = new Map<string, string>();
  const window = {
    fetch: (url: string, request: RequestInit) => fetch(url, request),
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
    navigator: { onLine: true },
    // biome-ignore lint/suspicious/noExplicitAny: an app in JavaScript
    BaaS: undefined as any,
  };
  const context = createContext({ window, setTimeout, clearTimeout }, { codeGeneration: { strings: false, wasm: false } });
  (await clientScript('web')).runInContext(context);
  window.BaaS.init('sandbox', init);
  return { ...window, window, stored };
}

itRemembers('registers, is the current user after a reload, changes the account and logs out', async () => {
  const { BaaS, stored } = await openPage();
  const user = await BaaS.auth.register({ username: 'Larry', password });
  expect(stored.get('ifx_baas_uid')).toBe(String(user.id));
  expect(BaaS.storage.get('userinfo')).toEqual({ id: user.id, openid: '', unionid: '' });
  expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);
  expect((await user.set('nickname', 'Larry').update()).data.nickname).toBe('Larry');
  expect((await user.setEmail('larry@example.com'))._email).toBe('larry@example.com');
  await BaaS.auth.logout();
  await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
  expect((await BaaS.auth.login({ email: 'larry@example.com', password })).id).toBe(user.id);
});

it('has nothing that a platform vouches for', async () => {
  const { BaaS } = await openPage();
  await expect(BaaS.auth.silentLogin()).rejects.toMatchObject({ code: 611 });
  await expect(BaaS.auth.loginWithWechat()).rejects.toMatchObject({ code: 611 });
  const user = await BaaS.auth.register({ username: 'Mei', password });
  await expect(user.linkWechat()).rejects.toMatchObject({ code: 611 });
});

itRemembers('asks for a login where the session is over, autoLogin or not', async () => {
  const { BaaS } = await openPage(Object.assign({ host: server.origin }, { autoLogin: true }));
  await BaaS.auth.register({ username: 'Ada', password });
  await server.call('logout', { token: BaaS.storage.get('auth_token') });
  await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 401, error_code: 'session_invalid' });
});

it('is 601 where nobody answers, 600 offline', async () => {
  const { BaaS, window } = await openPage({ host: 'http://127.0.0.1:1' });
  await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 601 });
  window.navigator.onLine = false;
  await expect(BaaS.getServerDate()).rejects.toMatchObject({ code: 600 });
});
