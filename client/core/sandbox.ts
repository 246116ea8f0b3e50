import { clientError, isObject, serverError } from './errors.ts';
import type { Host, HostGrant } from './host.ts';
import { type Platform, verb } from './platform.ts';
import type { Config } from './send.ts';
import { sendThrough } from './transport.ts';

/** A host whose person can be one of the server's sandbox. */
export interface PlayedHost extends Host {
  /** Whether the sandbox plays the host: what the app brings along from the real one is of no use to the server. */
  isPlayed(): boolean;
  getUserInfo: NonNullable<Host['getUserInfo']>;
  /** The sandbox's phone button. */
  getPhoneNumber(): Promise<HostGrant>;
}

/** Lets the server's sandbox play the host, if `init` names one of its people. */
export function withSandbox(host: Host, platform: Platform, config: () => Config | undefined): PlayedHost {
  /** @throws 611 if the server has no sandbox; a host's failure if the person declines */
  const ask = async (what: string): Promise<HostGrant> => {
    const { host: origin, sandbox: person } = config() ?? {};
    const url = `${origin}/sandbox/${platform.inSandbox ?? platform.name.toLowerCase()}/${what}`;
    const request = { method: 'POST', url, header: { 'Content-Type': 'application/json' }, data: { person } };
    const { statusCode, data } = await sendThrough(host, () => host.request(request), platform);
    if (statusCode > 299 && statusCode !== 404) throw serverError(statusCode, data);
    // A server of pages may answer any path with one.
    if (statusCode === 404 || !isObject(data)) throw clientError(611, `sandbox: ${origin} has none, leave the option out`);
    const { errMsg }: HostGrant = data;
    if (errMsg) throw { errMsg };
    return data;
  };
  const isPlayed = () => Boolean(config()?.sandbox);
  const { login, getUserInfo } = host;

  return {
    ...host,
    isPlayed,
    async login(scopes) {
      if (!isPlayed()) return verb(login)(scopes);
      if (scopes) await ask('profile');
      return (await ask('login')).code ?? '';
    },
    getUserInfo: async (lang) => (isPlayed() ? ask('profile') : verb(getUserInfo)(lang)),
    getPhoneNumber: () => ask('phone'),
  };
}
