import type { Sealing } from '../crypto/vault.ts';
import type { GrantedPhone, PlatformApp } from '../platforms/platform.ts';
import type { Transaction } from '../store/tenant.ts';

/** Numbers that are remembered for one key. Hosts seal a number again at each tap, and sealed numbers are valid for minutes. */
const remembered = 32;

/**
 * Records the use of a decrypted number by its content, because the ciphertext can be varied. Locks the identity's row.
 *
 * @returns false if the number was used before with the current key
 */
export async function takeSealedNumber(
  { id, store, vault, now }: Transaction & Sealing,
  userId: number,
  { platform, platformAppId }: PlatformApp,
  { key, content }: NonNullable<GrantedPhone['opened']>,
): Promise<boolean> {
  const identity = () =>
    store
      .updateTable('identities')
      .where('tenant_id', '=', id)
      .where('platform', '=', platform)
      .where('platform_app_id', '=', platformAppId)
      .where('user_id', '=', userId);
  // The stored openid, which may be another id of the person than the one of the latest code.
  const { openid, ...row } = await identity().set({ updated_at: now() }).returning(['openid', 'sealed_numbers']).executeTakeFirstOrThrow();
  const [recordedKey = '', ...recorded] = row.sealed_numbers?.split(' ') ?? [];
  const keyContext = `session key of ${platform} ${platformAppId} ${openid}`;
  const used = vault.fingerprints(key, keyContext).includes(recordedKey) ? recorded : [];
  const contentContext = `number sealed for ${platform} ${platformAppId} ${openid}`;
  if (vault.fingerprints(content, contentContext).some((print) => used.includes(print))) return false;
  const prints = [vault.fingerprint(key, keyContext), ...used.slice(1 - remembered), vault.fingerprint(content, contentContext)];
  await identity()
    .set({ sealed_numbers: prints.join(' ') })
    .execute();
  return true;
}
