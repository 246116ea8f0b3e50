import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';

export const baiduOperations = {
  silentLoginBaidu: silentLogin('baidu'),
  authorizedLoginBaidu: authorizedLogin('baidu'),
  linkBaidu: link('baidu'),
};
