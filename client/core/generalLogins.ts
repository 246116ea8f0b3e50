import {
  loginAnonymously,
  loginByEmail,
  loginByPhone,
  loginBySmsCode,
  loginByUsername,
  logout,
  registerByEmail,
  registerByPhone,
  registerByUsername,
  requestPasswordReset,
} from '../../generated/client/operations.ts';
import type { components } from '../../generated/client/types.ts';
import { expectType, type HError } from './errors.ts';
import type { Session } from './session.ts';
import { createShare } from './share.ts';
import { type Api, answer } from './transport.ts';
import type { Auth, Credentials } from './types.ts';

type Schemas = components['schemas'];
type Opened = Schemas['Session'];

/** Logins that involve no platform. */
export interface GeneralLogins extends Pick<Auth<unknown>, 'logout' | 'requestPasswordReset'> {
  register(credentials: Credentials): Promise<Opened>;
  login(credentials: Credentials): Promise<Opened>;
  loginAnonymously(): Promise<Opened>;
  loginBySmsCode(proof: Schemas['LoginBySmsCode']): Promise<Opened>;
}

export function createGeneralLogins(api: Api, session: Session): GeneralLogins {
  const share = createShare<Opened>();
  return {
    async register(credentials) {
      const body = checked(credentials);
      return share(['register', body], async () => {
        if ('phone' in body) return (await answer(api.POST(registerByPhone.path, { body }))).data;
        if ('email' in body) return (await answer(api.POST(registerByEmail.path, { body }))).data;
        return (await answer(api.POST(registerByUsername.path, { body }))).data;
      });
    },
    async login(credentials) {
      const body = checked(credentials);
      return share(['login', body], async () => {
        if ('phone' in body) return (await answer(api.POST(loginByPhone.path, { body }))).data;
        if ('email' in body) return (await answer(api.POST(loginByEmail.path, { body }))).data;
        return (await answer(api.POST(loginByUsername.path, { body }))).data;
      });
    },
    loginAnonymously: () => share('anonymous', async () => (await answer(api.POST(loginAnonymously.path))).data),
    loginBySmsCode: (body) => share(['sms', body], async () => (await answer(api.POST(loginBySmsCode.path, { body }))).data),

    async logout() {
      const reply = await answer(api.POST(logout.path)).catch((error: HError) => {
        // The server does not know the session, so it is already closed.
        if (error.code !== 401 || error.error_code === 'client_unknown') throw error;
        return { statusCode: 201, data: { status: 'ok' as const } };
      });
      session.close();
      return reply;
    },
    async requestPasswordReset(account) {
      expectType(typeof account?.email === 'string', 'email');
      return answer(api.POST(requestPasswordReset.path, { body: { email: account.email } }));
    },
  };
}

/** Reduces credentials to one login name and the password. */
function checked(credentials: Credentials): Credentials {
  const { password, ...names }: Credentials & { username?: string; email?: string; phone?: string } = { ...credentials };
  const { phone, email, username } = names;
  const name = phone ? { phone } : email ? { email } : { username: username ?? '' };
  const value: unknown = phone || email || username;
  expectType(typeof value === 'string' && value !== '' && typeof password === 'string', 'username, email or phone, and password');
  return { ...name, password };
}
