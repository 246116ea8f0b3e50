import { authorizedLoginWechat, linkWechat, phoneLoginWechat, silentLoginWechat } from '../../generated/client/operations.ts';
import { type PlatformVerbs, sealed } from './platform.ts';

type Verbs = Pick<PlatformVerbs, 'silentLogin' | 'authorizedLogin' | 'phoneLogin' | 'link'>;

/** The person of the sandbox is on a page who they are in WeChat. */
const onWechat: Verbs = {
  silentLogin: (api, body) => api.POST(silentLoginWechat.path, { body }),
  authorizedLogin: (api, fields, grant) => api.POST(authorizedLoginWechat.path, { body: { ...fields, ...sealed(grant) } }),
  phoneLogin: (api, fields, { code = '' }) => api.POST(phoneLoginWechat.path, { body: { ...fields, phone_code: code } }),
  link: (api, code) => api.POST(linkWechat.path, { body: { code } }),
};

/** The verbs that a page has only in the sandbox, so that an app can be tried in a browser. */
export function verbsInSandbox(isPlayed: () => boolean): { readonly [Name in keyof Verbs]: Verbs[Name] | undefined } {
  const played = <Name extends keyof Verbs>(name: Name) => (isPlayed() ? onWechat[name] : undefined);
  return {
    get silentLogin() {
      return played('silentLogin');
    },
    get authorizedLogin() {
      return played('authorizedLogin');
    },
    get phoneLogin() {
      return played('phoneLogin');
    },
    get link() {
      return played('link');
    },
  };
}
