import { sessionKeyContext } from '../accounts/identities.ts';
import { openIfPossible, type Vault } from '../crypto/vault.ts';
import { importedContext, prefixOf, sealedPartOf, withSealedPart } from '../importedPasswords/importedHash.ts';
import { findStored, replaceStored } from '../importedPasswords/kinds.ts';
import { snapshotContext } from '../merging/snapshots.ts';
import { tokenContext } from '../platforms/storedTokens.ts';
import type { IdentityPlatform, Store } from '../store/schema.ts';
import { signingKeyContext } from '../tokens/signingKeys.ts';

/** Rows per transaction: few, so that the servers' writes hardly wait. */
const batchSize = 200;

/** Numbers of sealed texts. */
export interface Resealed {
  resealed: number;
  /** Already sealed with the current key. */
  current: number;
  /** Sealed with an unknown key. */
  unreadable: number;
}

interface SealedRow {
  sealed: string;
  context: string;
  /** Replaces the text, unless a server has done so in the meantime. */
  replace(transaction: Store, sealed: string): Promise<unknown>;
}

/** Reseals the session keys of all identities with the vault's current key. Can be interrupted and repeated at any time. */
export function resealSessionKeys(store: Store, vault: Vault): Promise<Resealed> {
  const identities = store
    .selectFrom('identities')
    .select(['tenant_id', 'platform', 'openid', 'platform_app_id', 'session_key as sealed'])
    .where('session_key', 'is not', null)
    .$narrowType<{ sealed: string }>()
    .orderBy('tenant_id')
    .orderBy('platform')
    .orderBy('openid')
    .orderBy('platform_app_id')
    .limit(batchSize);
  return reseal(store, vault, async (last?: SealedRow & { key: readonly [string, IdentityPlatform, string, string] }) => {
    const following = last
      ? identities.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('tenant_id', 'platform', 'openid', 'platform_app_id'), '>', tuple(...last.key)),
        )
      : identities;
    return (await following.execute()).map(({ tenant_id, platform, openid, platform_app_id: platformAppId, sealed }) => ({
      key: [tenant_id, platform, openid, platformAppId] as const,
      sealed,
      context: sessionKeyContext(tenant_id, { platform, platformAppId, openid }),
      replace: (transaction, session_key) =>
        transaction
          .updateTable('identities')
          .set({ session_key })
          .where('tenant_id', '=', tenant_id)
          .where('platform', '=', platform)
          .where('openid', '=', openid)
          .where('platform_app_id', '=', platformAppId)
          .where('session_key', '=', sealed)
          .execute(),
    }));
  });
}

/** Reseals the apps' access tokens, and the tickets of third-party platforms, which are few. */
export function resealPlatformTokens(store: Store, vault: Vault): Promise<Resealed> {
  return resealFew(store, vault, async () => {
    const tokens = await store
      .selectFrom('platform_tokens')
      .select(['tenant_id', 'platform', 'platform_app_id', 'kind', 'token'])
      .execute();
    return tokens.map(({ tenant_id: tenantId, platform, platform_app_id: platformAppId, kind, token: sealed }) => ({
      sealed,
      context: tokenContext(tenantId, { platform, platformAppId }, kind),
      replace: (transaction, token) =>
        transaction
          .updateTable('platform_tokens')
          .set({ token })
          .where('tenant_id', '=', tenantId)
          .where('platform', '=', platform)
          .where('platform_app_id', '=', platformAppId)
          .where('kind', '=', kind)
          .where('token', '=', sealed)
          .execute(),
    }));
  });
}

/** Reseals the snapshots of recent merges, which are few. */
export function resealMerges(store: Store, vault: Vault): Promise<Resealed> {
  return resealFew(store, vault, async () => {
    const merges = await store.selectFrom('merges').select(['tenant_id', 'merged_id', 'snapshot']).execute();
    return merges.map(({ tenant_id, merged_id, snapshot: sealed }) => ({
      sealed,
      context: snapshotContext(tenant_id, merged_id),
      replace: (transaction, snapshot) =>
        transaction
          .updateTable('merges')
          .set({ snapshot })
          .where('tenant_id', '=', tenant_id)
          .where('merged_id', '=', merged_id)
          .where('snapshot', '=', sealed)
          .execute(),
    }));
  });
}

/** Reseals the keys that sign access tokens. */
export function resealSigningKeys(store: Store, vault: Vault): Promise<Resealed> {
  return resealFew(store, vault, async () => {
    const keys = await store.selectFrom('signing_keys').select(['id', 'private_key']).execute();
    return keys.map(({ id, private_key: sealed }) => ({
      sealed,
      context: signingKeyContext(id),
      replace: (transaction, private_key) =>
        transaction.updateTable('signing_keys').set({ private_key }).where('id', '=', id).where('private_key', '=', sealed).execute(),
    }));
  });
}

/** Reseals imported passwords. A login that replaces one in the meantime wins. */
export async function resealPasswords(store: Store, vault: Vault): Promise<Resealed> {
  const counts: Resealed = { resealed: 0, current: 0, unreadable: 0 };
  const kinds = await store.selectFrom('password_kinds').select(['tenant_id', 'id']).execute();
  for (const { tenant_id: id, id: kind } of kinds) {
    for (const form of ['s', 'w'] as const) {
      const ofKind = await reseal(store, vault, async (last?: SealedRow & { user: number }) => {
        const rows = await findStored({ id, store }, prefixOf(form, kind), batchSize, last?.user);
        return rows.map(({ id: user, stored }) => ({
          user,
          sealed: sealedPartOf(stored),
          context: importedContext,
          replace: (transaction, sealed) => replaceStored({ id, store: transaction }, user, stored, withSealedPart(stored, sealed)),
        }));
      });
      for (const name of ['resealed', 'current', 'unreadable'] as const) counts[name] += ofKind[name];
    }
  }
  return counts;
}

/** Re-encrypts rows that are few enough for one batch. */
const resealFew = (store: Store, vault: Vault, readRows: () => Promise<SealedRow[]>): Promise<Resealed> =>
  reseal(store, vault, async (last?: SealedRow) => (last ? [] : readRows()));

const byContext = (a: SealedRow, b: SealedRow) => (a.context < b.context ? -1 : 1);

/** @param batchAfter reads the rows after one in the order of the primary key; the first rows if it is undefined */
async function reseal<Row extends SealedRow>(store: Store, vault: Vault, batchAfter: (last?: Row) => Promise<Row[]>): Promise<Resealed> {
  const counts: Resealed = { resealed: 0, current: 0, unreadable: 0 };
  for (let rows = await batchAfter(); rows.length > 0; rows = await batchAfter(rows.at(-1))) {
    await store.transaction().execute(async (transaction) => {
      // In the order in which batches of logins lock these rows, which does not depend on the database's locale.
      for (const { sealed, context, replace } of rows.toSorted(byContext)) {
        const text = vault.isCurrent(sealed) ? undefined : openIfPossible(vault, sealed, context);
        if (text !== undefined) await replace(transaction, vault.seal(text, context));
        counts[vault.isCurrent(sealed) ? 'current' : text === undefined ? 'unreadable' : 'resealed']++;
      }
    });
  }
  return counts;
}
