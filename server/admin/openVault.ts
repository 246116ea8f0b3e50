import { readSecretKeys } from '../config/settings.ts';
import { createVault, type Vault } from '../crypto/vault.ts';

/** Opens the vault of the server with this environment. Throws if its `SECRET_KEY` is missing or malformed. */
export function openVault(env: NodeJS.ProcessEnv): Vault {
  const { current, fallback } = readSecretKeys(env);
  return createVault(current, fallback);
}
