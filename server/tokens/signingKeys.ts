import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import type { Vault } from '../crypto/vault.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant, TenantRows } from '../store/tenant.ts';

/** The only algorithm: a token that names another is refused (RFC 8725, section 3.1). */
export const algorithm = 'ES256';

/** Seconds between a key's publication and its first signature: verifiers cache the set for `cacheSeconds`. */
export const publishedBefore = 3600;
/** Seconds for which verifiers and caches may keep the set of keys. */
export const cacheSeconds = 300;
/** Milliseconds between two reads of the keys. */
const readEvery = 30_000;
/** Seconds for which a key signs before the next one replaces it. */
const signsFor = 30 * 86_400;
/** Seconds after which the tokens of a replaced key have expired: the longest lifetime plus a margin for clock skew. */
const verifiesFor = 2 * 900;

/** The rows of the keys belong to no app. */
const tenantId = '';

/** The context that a private key is sealed for. */
export const signingKeyContext = (id: string) => `signing key ${id}`;

export interface SigningKey {
  id: string;
  privateKey: CryptoKey;
}

export interface PublicKey extends JWK {
  kid: string;
}

interface Row {
  id: string;
  private_key: string;
  public_key: string;
  signs_from: number;
}

/** The store of the keys, and the vault that seals them. */
export type KeyStore = Tenant & { vault: Vault };

const selectRows = ({ store }: Pick<TenantRows, 'store'>): Promise<Row[]> =>
  store
    .selectFrom('signing_keys')
    .select(['id', 'private_key', 'public_key', 'signs_from'])
    .where('tenant_id', '=', tenantId)
    .orderBy('signs_from', 'desc')
    .orderBy('id')
    .execute();

/** Creates a key that signs from a given time on. */
async function insertKey({ store, now, vault }: { store: Store; now: () => number; vault: Vault }, signsFrom: number): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(jwk);
  const sealed = vault.seal(JSON.stringify(await exportJWK(privateKey)), signingKeyContext(id));
  const public_key = JSON.stringify({ ...jwk, kid: id, alg: algorithm, use: 'sig' });
  await store
    .insertInto('signing_keys')
    .values({ tenant_id: tenantId, id, private_key: sealed, public_key, created_at: now(), signs_from: signsFrom })
    .execute();
  return id;
}

/**
 * The current key: the newest whose `signs_from` has passed; otherwise the oldest, because this process's clock may be behind that of the
 * process that made it.
 */
const current = (rows: readonly Row[], now: number): Row | undefined => rows.find(({ signs_from }) => signs_from <= now) ?? rows.at(-1);

/**
 * The keys that sign access tokens, which all processes share. A key is published from an hour before it signs until its last token has
 * expired, so every verifier can have the key of a token.
 */
export class SigningKeys {
  readonly #keys: KeyStore;
  #rows: readonly Row[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #opened: SigningKey | undefined;
  #published: readonly PublicKey[] = [];
  /** Imports each key once. */
  #verifying: JWTVerifyGetKey = createLocalJWKSet({ keys: [] });

  constructor(keys: Omit<KeyStore, 'id' | 'endpoints'>) {
    this.#keys = { ...keys, id: tenantId, endpoints: [] };
  }

  /** The key to sign with. Creates the first key, and the next one when the current one is due for rotation. */
  async current(): Promise<SigningKey> {
    const now = this.#keys.now();
    const [newest] = await this.#read();
    if (!newest || newest.signs_from <= now - signsFor) await this.#rotateIfDue();
    const row = current(await this.#read(), now);
    if (!row) throw new Error('there is no signing key');
    if (this.#opened?.id !== row.id) {
      const jwk: JWK = JSON.parse(this.#keys.vault.open(row.private_key, signingKeyContext(row.id)));
      this.#opened = { id: row.id, privateKey: (await importJWK(jwk, algorithm)) as CryptoKey };
    }
    return this.#opened;
  }

  /** The public keys that a token may be signed with (RFC 7517). */
  async published(): Promise<readonly PublicKey[]> {
    if ((await this.#read()).length === 0) await this.current();
    await this.#read();
    return this.#published;
  }

  /** The function by which jose finds the published key that a token names. */
  async verifying(): Promise<JWTVerifyGetKey> {
    await this.published();
    return this.#verifying;
  }

  async #read(): Promise<readonly Row[]> {
    if (performance.now() - this.#readAt > readEvery || this.#rows.length === 0) {
      this.#rows = await selectRows(this.#keys);
      this.#readAt = performance.now();
      this.#published = this.#rows.map(({ public_key }) => JSON.parse(public_key));
      this.#verifying = createLocalJWKSet({ keys: [...this.#published] });
    }
    return this.#rows;
  }

  async #rotateIfDue(): Promise<void> {
    await inTransaction(this.#keys, async (tx) => {
      await lockKeys(tx, 'signing keys');
      const [newest] = await selectRows(tx);
      const now = tx.now();
      if (newest && newest.signs_from > now - signsFor) return;
      await insertKey({ ...tx, vault: this.#keys.vault }, newest ? now + publishedBefore : now);
      await deleteReplaced(tx, now);
    });
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}

/** Deletes the keys that were replaced so long ago that their tokens have expired. */
async function deleteReplaced(tx: TenantRows & { now(): number }, now: number): Promise<void> {
  const rows = await selectRows(tx);
  const replaced = rows.filter((_row, index) => rows.slice(0, index).some(({ signs_from }) => signs_from <= now - verifiesFor));
  for (const { id } of replaced) {
    await tx.store.deleteFrom('signing_keys').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
  }
}

/**
 * Creates the next key, on an operator's command.
 *
 * @param atOnce if the current keys have leaked: they are deleted, and their tokens become invalid as soon as verifiers read the set again
 */
export async function rotateSigningKey(keys: KeyStore, atOnce: boolean): Promise<{ id: string; signsFrom: number }> {
  return inTransaction({ ...keys, id: tenantId }, async (tx) => {
    await lockKeys(tx, 'signing keys');
    const now = tx.now();
    const signsFrom = atOnce || (await selectRows(tx)).length === 0 ? now : now + publishedBefore;
    if (atOnce) await tx.store.deleteFrom('signing_keys').where('tenant_id', '=', tenantId).execute();
    const id = await insertKey({ ...tx, vault: keys.vault }, signsFrom);
    await deleteReplaced(tx, now);
    return { id, signsFrom };
  });
}
