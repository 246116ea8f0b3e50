/** The fields that a host gives an app after a tap on a button. */
const fromTap = ['phone_code', 'encryptedData', 'data', 'rawData', 'iv', 'response'];
/** The fields that a host gives an app without a tap. */
const fromLogin = ['code', 'anonymous_code'];

type Fields = Record<string, unknown>;

/**
 * `fetch` for calls to a server as its sandbox's app: what a body still has from the contract's examples and only a platform can issue is
 * replaced by what the sandbox issues for Larry, so that the request succeeds however often it is sent.
 *
 * @param root the server's address, without `/` at the end
 * @param examples those of the contract
 * @param loggedIn called with the token of each login
 */
export function sandboxFetch(root: string, examples: object, loggedIn: (token: string) => void): typeof fetch {
  const issued = valuesOf(examples, [...fromLogin, ...fromTap]);

  const ask = async (platform: string, action: 'login' | 'profile' | 'phone'): Promise<Fields> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${root}/sandbox/${platform}/${action}`, { method: 'POST', headers, body: '{"person":"larry"}' });
    return fieldsOf(await response.text()) ?? {};
  };

  /** @returns the fields to replace in a body */
  const fresh = async (path: string, fields: Fields): Promise<Fields> => {
    const [, platform] = /\/idp\/(\w+)\//.exec(path) ?? [];
    if (platform === undefined) return {};
    const isExample = (name: string) => issued.has(fields[name]);
    // In this order: a login renews the key that seals.
    const login = fromLogin.some(isExample) ? await ask(platform, 'login') : {};
    const tap = fromTap.some(isExample) ? await ask(platform, path.includes('phone') ? 'phone' : 'profile') : {};
    const all = { ...tap, phone_code: tap.code, code: login.code, anonymous_code: login.anonymousCode };
    return Object.fromEntries(Object.entries(all).filter(([name, value]) => name in fields && value !== undefined));
  };

  return async (input, init) => {
    let request = new Request(input, init);
    const fields = fieldsOf(await request.clone().text());
    if (fields) {
      const body = JSON.stringify({ ...fields, ...(await fresh(new URL(request.url).pathname, fields)) });
      request = new Request(request, { body });
    }
    const response = await fetch(request);
    const { token } = fieldsOf(await response.clone().text()) ?? {};
    if (typeof token === 'string') loggedIn(token);
    return response;
  };
}

/** The strings that fields of these names have, at any depth. */
function valuesOf(json: object, names: string[]): Set<unknown> {
  const values = new Set<unknown>();
  JSON.stringify(json, (name, value: unknown) => {
    if (names.includes(name) && typeof value === 'string') values.add(value);
    return value;
  });
  return values;
}

/** @returns undefined if the text is no JSON object */
function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
