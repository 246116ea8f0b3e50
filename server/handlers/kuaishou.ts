import { link } from './platformLinks.ts';
import { authorizedLogin, silentLogin } from './platformLogins.ts';
import { phoneLogin, updatePhone } from './platformPhones.ts';

export const kuaishouOperations = {
  silentLoginKuaishou: silentLogin('kuaishou'),
  authorizedLoginKuaishou: authorizedLogin('kuaishou'),
  linkKuaishou: link('kuaishou'),
  phoneLoginKuaishou: phoneLogin('kuaishou'),
  updatePhoneKuaishou: updatePhone('kuaishou'),
};
