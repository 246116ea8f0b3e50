import { type CommandMaker, defineCommand } from './command.ts';
import { openVault } from './openVault.ts';
import { resealMerges, resealPasswords, resealPlatformTokens, resealSessionKeys, resealSigningKeys } from './reseal.ts';
import { withStore } from './withStore.ts';

const description = 'Re-encrypt data from SECRET_KEY_FALLBACK to SECRET_KEY. Servers keep running (deploy/README.md).';

export const rotateSecretKey: CommandMaker = (terminal) =>
  defineCommand('rotate-secret-key', description, terminal, () =>
    withStore(terminal, async (store) => {
      const vault = openVault(terminal.env);
      const data = {
        session_keys: await resealSessionKeys(store, vault),
        platform_tokens: await resealPlatformTokens(store, vault),
        signing_keys: await resealSigningKeys(store, vault),
        merges: await resealMerges(store, vault),
        imported_passwords: await resealPasswords(store, vault),
      };
      const ok = Object.values(data).every(({ unreadable }) => unreadable === 0);
      if (!ok) terminal.errors('Unreadable data was encrypted with neither key: is SECRET_KEY_FALLBACK the previous key?\n');
      return { data, ok };
    }),
  );
