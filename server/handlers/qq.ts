import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';

export const qqOperations = {
  silentLoginQq: silentLogin('qq'),
  authorizedLoginQq: authorizedLogin('qq'),
  linkQq: link('qq'),
};
