import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';

export const jdOperations = {
  silentLoginJd: silentLogin('jd'),
  authorizedLoginJd: authorizedLogin('jd'),
  linkJd: link('jd'),
};
