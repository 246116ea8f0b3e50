import { messageFor } from 'miniprogram-login-client/messages';
import { BaaS, type CurrentUser } from 'miniprogram-login-client/web';
import { clientId, host } from './config';
import { at } from './dom';
import { createScanCode } from './scanCode';

BaaS.init(clientId, { host });

const scanCode = createScanCode(showUser);

function showUser(user: CurrentUser) {
  at('user').textContent = `${user.nickname || user._username || ''} ${user.id}`.trim();
  at('login').hidden = true;
  at('account').hidden = false;
  at('message').textContent = '';
}

function showLogin(way: 'scan' | 'password') {
  at('login').hidden = false;
  at('account').hidden = true;
  for (const name of ['scan', 'password'] as const) {
    at(name).hidden = name !== way;
    at(`to-${name}`).toggleAttribute('aria-current', name === way);
  }
  at('message').textContent = '';
  if (way === 'scan') scanCode.show();
  else scanCode.stop();
}

at('to-scan').onclick = () => showLogin('scan');
at('to-password').onclick = () => showLogin('password');
at('refresh').onclick = () => scanCode.show();

at<HTMLFormElement>('password').onsubmit = async (event) => {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  const account = { username: String(form.get('username')), password: String(form.get('password')) };
  const way = event.submitter?.getAttribute('value') === 'register' ? 'register' : 'login';
  try {
    showUser(await BaaS.auth[way](account));
  } catch (error) {
    at('message').textContent = messageFor(error);
  }
};

at('logout').onclick = async () => {
  await BaaS.auth.logout();
  showLogin('password');
};

// 浏览器里保存的会话仍然有效时，不必再登录。
BaaS.auth.getCurrentUser().then(showUser, () => showLogin('scan'));
