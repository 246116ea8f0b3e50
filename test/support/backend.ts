import { inject, it } from 'vitest';
import { createClient } from './client.ts';
import { operationOn } from './platforms.ts';
import { watchSecrets } from './secrets.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

const mock = inject('mock');

/** Backend of the client's tests: a whole server, or the mock in the project `mock`. */
export type Backend = Omit<TestServer, 'store' | 'services' | 'tenant' | 'app' | 'logLines'>;

/** Starts a server, which is stopped after the test, or returns the shared mock. @param options options of the server */
export async function startBackend(options?: ServerOptions): Promise<Backend> {
  if (mock === undefined) return startServer(options);
  const client = createClient(
    mock,
    watchSecrets(() => ''),
  );
  const code = '0'.repeat(32);
  return {
    ...client,
    origin: mock,
    codeFor: async () => code,
    granted: async (what) => (what === 'phone' ? sealed : { ...sealed, userInfo }),
    login: async (platform) => (await client.call(operationOn('silentLogin', platform), { body: { code } })).body,
    smsCodeTo: async () => '123456',
    mailTo: async () => undefined,
  };
}

/** A grant with the right fields, all empty. */
const sealed = {
  rawData: '{}',
  signature: '0'.repeat(40),
  encryptedData: 'A'.repeat(64),
  iv: `${'A'.repeat(22)}==`,
  data: 'A'.repeat(64),
  response: 'A'.repeat(64),
};

/** The host's profile of the person `larry` of the contract's examples. */
const userInfo = {
  nickName: 'Larry。',
  gender: 1,
  language: 'zh_CN',
  city: 'Huizhou',
  province: 'Guangdong',
  country: 'China',
  avatarUrl: '',
};

/** A test that needs stored state, or an answer computed from the request. The mock has neither. */
export const itRemembers = it.skipIf(mock !== undefined);
