import type { Passwords } from '../accounts/passwords.ts';
import type { Sealing } from '../crypto/vault.ts';
import { pause } from '../process/pause.ts';
import type { Tenant } from '../store/tenant.ts';
import { digestText, isBare, openHash, prefixOf, sealHash } from './importedHash.ts';
import { findStored, forgetKinds, replaceStored } from './kinds.ts';

export interface WrappingServices extends Omit<Tenant, 'id' | 'endpoints'>, Sealing {
  passwords: Passwords;
}

/** Maximum hashes per query. */
const batchSize = 50;
/** Milliseconds between two searches for hashes. */
const roundPause = 60_000;
const largestId = 2 ** 53;

/**
 * Starts to wrap imported hashes, and those of later imports: argon2id is applied to the digest, which is then no longer stored. Any number
 * of processes may do so at once; each starts at a different user.
 *
 * @param rate hashes per second in this process; 0 to wrap none
 * @returns a function that resolves after the last one
 */
export function startWrapping(services: WrappingServices, rate: number): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const rounds = async () => {
    while (!signal.aborted) {
      await wrapAll(services, () => pause(1000 / rate, signal), signal).catch((error) =>
        services.log.warn(error, 'wrapping imported passwords failed; retrying in 60 s'),
      );
      await pause(roundPause, signal);
    }
  };
  const ended = rate > 0 ? rounds() : Promise.resolve();
  return () => {
    stopped.abort();
    return ended;
  };
}

/**
 * Wraps all imported hashes that are not wrapped, and deletes the kinds that no user has any more.
 *
 * @param rest waits between two hashes
 */
export async function wrapAll(services: WrappingServices, rest: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  const kinds = await services.store.selectFrom('password_kinds').select(['tenant_id', 'id']).execute();
  for (const { tenant_id, id } of kinds) {
    const tenant = { ...services, id: tenant_id, endpoints: [] };
    const begin = Math.floor(Math.random() * largestId);
    await wrapFrom(tenant, prefixOf('s', id), begin, rest, signal);
    await wrapFrom(tenant, prefixOf('s', id), 0, rest, signal);
    if (!signal.aborted) await forgetKinds(tenant, services.now());
  }
}

async function wrapFrom(
  tenant: WrappingServices & Tenant,
  start: string,
  after: number,
  rest: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  for (let last = after; !signal.aborted; ) {
    const batch = await findStored(tenant, start, batchSize, last);
    for (const { id, stored } of batch) {
      if (signal.aborted) return;
      await wrap(tenant, id, stored);
      await rest();
    }
    last = batch.at(-1)?.id ?? largestId;
    if (batch.length < batchSize) return;
  }
}

async function wrap(tenant: WrappingServices & Tenant, user: number, stored: string): Promise<void> {
  const imported = openHash(tenant, stored);
  if (!imported || !isBare(imported)) return;
  const wrapped = await tenant.passwords.hash(digestText(imported.digest));
  await replaceStored(tenant, user, stored, sealHash(tenant.vault, { recipe: imported.recipe, wrapped }));
}
