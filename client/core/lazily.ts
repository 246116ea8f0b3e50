import type { BaaS } from './types.ts';

const names: readonly (keyof BaaS)[] = [
  'init',
  'storage',
  'auth',
  'setChallengeResponse',
  'sendSmsCode',
  'verifySmsCode',
  'getServerDate',
  'User',
];

/** A client that is created when it is first used. */
export function lazily<Client extends BaaS>(create: () => Client): Client {
  let created: Client | undefined;
  const use = () => {
    created = created ?? create();
    return created;
  };
  const lazy = {};
  for (const name of names) Object.defineProperty(lazy, name, { enumerable: true, get: () => use()[name] });
  // Each property is there; TypeScript cannot follow that through a loop.
  return lazy as Client;
}
