/** Finds out which verbs a platform has, by calling each of them on a host that answers everything. */
import { platformVerbs } from '../../client/core/verbs.ts';
import type { PlatformName } from '../../generated/client/operations.ts';

export type ClientPlatform = PlatformName | 'web';
/** The platforms in the order of the page. */
export const clientPlatforms: readonly ClientPlatform[] = [...(Object.keys(platformVerbs) as PlatformName[]), 'web'];

const user = { id: 1, user_id: 1, openid: 'o', unionid: '', nickname: '', _provider: {}, _anonymous: false };
const answer = { ...user, token: 't', expires_in: 3600, user_info: user };

interface Callbacks {
  success(result: unknown): void;
}

/** A global object of any host. */
function createHost(): object {
  const kept = new Map<string, unknown>();
  const granted = {
    errMsg: 'getUserInfo:ok',
    userInfo: { nickName: 'Larry' },
    rawData: '{}',
    signature: 's',
    encryptedData: 'e',
    iv: 'i',
    data: 'd',
  };
  return {
    request: ({ success }: Callbacks) => success({ statusCode: 200, status: 200, data: answer }),
    uploadFile: ({ success }: Callbacks) => success({ statusCode: 200, status: 200, data: JSON.stringify(answer) }),
    login: ({ success }: Callbacks) => success({ code: 'c' }),
    getAuthCode: ({ success }: Callbacks) => success({ authCode: 'c' }),
    getUserInfo: ({ success }: Callbacks) => success(granted),
    getNetworkType: ({ success }: Callbacks) => success({ networkType: 'wifi', networkAvailable: true }),
    // Alipay's takes and returns objects.
    getStorageSync: (key: string | { key: string }) => (typeof key === 'string' ? kept.get(key) : { data: kept.get(key.key) }),
    setStorageSync: (key: string | { key: string; data: unknown }, value: unknown) =>
      typeof key === 'string' ? kept.set(key, value) : kept.set(key.key, key.data),
    fetch: async () => ({ status: 200, text: async () => JSON.stringify(answer) }),
    localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) },
    navigator: { onLine: true },
    location: { href: 'https://shop.example.com/', origin: 'https://shop.example.com' },
  };
}

type Verbs = Record<string, (...values: unknown[]) => unknown>;
/** Arguments of verbs that check them before anything else. */
const given: Record<string, unknown[]> = {
  loginWithPhone: [{ detail: { errMsg: 'getPhoneNumber:ok', encryptedData: 'e', iv: 'i' } }, { code: 'c' }],
};

const isUnsupported = (error: unknown) => Object(error).code === 611;

/** The names of the verbs that do not reject with 611. @param open returns them on a new client */
async function supported(open: () => Promise<Verbs>): Promise<Set<string>> {
  const names = new Set<string>();
  const fresh = await open();
  for (let level: object = fresh; level !== Object.prototype; level = Object.getPrototypeOf(level))
    for (const name of Object.keys(level)) if (typeof fresh[name] === 'function') names.add(name);
  for (const name of names) {
    const verbs = await open();
    try {
      await verbs[name]?.(...(given[name] ?? []));
    } catch (error) {
      if (isUnsupported(error)) names.delete(name);
    }
  }
  return names;
}

/** The verbs of a platform: of `auth`, and of the current user. */
export async function supportedVerbs(platform: ClientPlatform): Promise<{ auth: Set<string>; user: Set<string> }> {
  const { createBaaS } = await import(`../../client/${platform}.ts`);
  const open = () => {
    const BaaS = createBaaS(createHost());
    BaaS.init('any', { host: 'https://login.example.com', autoLogin: false });
    return BaaS.auth;
  };
  return {
    auth: await supported(async () => open()),
    user: await supported(() => open().register({ username: 'larry', password: 'any' })),
  };
}
