import { inject, it } from 'vitest';
import { createClient } from './client.ts';
import { operationOn } from './platforms.ts';
import { watchSecrets } from './secrets.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

const mock = inject('mock');

/** What the client's tests run against: a whole server, or the mock in the project of that name. */
export type Backend = Omit<TestServer, 'store' | 'services' | 'tenant' | 'app' | 'logLines'>;

/** A server is gone when the test is over; the mock is the same for all. @param options of the server */
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

/** Has the right shape and nothing in it. */
const sealed = { rawData: '{}', signature: '0'.repeat(40), encryptedData: 'A'.repeat(64), iv: `${'A'.repeat(22)}==`, data: 'A'.repeat(64) };

/** What a host tells of the person `larry`, whom the contract's examples show. */
const userInfo = {
  nickName: 'Larry。',
  gender: 1,
  language: 'zh_CN',
  city: 'Huizhou',
  province: 'Guangdong',
  country: 'China',
  avatarUrl: '',
};

/** A test of what takes a memory, or an answer made of what was sent. The mock has neither. */
export const itRemembers = it.skipIf(mock !== undefined);
