import type { Sealing } from '../crypto/vault.ts';
import type { GrantedPhone, PlatformApp } from '../platforms/platform.ts';
import type { Transaction } from '../store/tenant.ts';

/** Numbers that are remembered for one session key. Hosts seal a number anew at each tap, and a sealed one is valid for minutes. */
const remembered = 32;

/**
 * Records that a decrypted number was used. It is recorded by its content, because the ciphertext can be varied.
 *
 * @param tx locks the identity's row
 * @returns false if it was used before, with the current session key
 */
export async function takeSealedNumber(
  { id, store, vault, now }: Transaction & Sealing,
  { platform, platformAppId, openid }: PlatformApp & { openid: string },
  { sessionKey, content }: NonNullable<GrantedPhone['opened']>,
): Promise<boolean> {
  const identity = () =>
    store
      .updateTable('identities')
      .where('tenant_id', '=', id)
      .where('platform', '=', platform)
      .where('platform_app_id', '=', platformAppId)
      .where('openid', '=', openid);
  const row = await identity().set({ updated_at: now() }).returning('sealed_numbers').executeTakeFirstOrThrow();
  const [key = '', ...noted] = row.sealed_numbers?.split(' ') ?? [];
  const keyContext = `session key of ${platform} ${platformAppId} ${openid}`;
  const counted = vault.fingerprints(sessionKey, keyContext).includes(key) ? noted : [];
  const contentContext = `number sealed for ${platform} ${platformAppId} ${openid}`;
  if (vault.fingerprints(content, contentContext).some((print) => counted.includes(print))) return false;
  const prints = [vault.fingerprint(sessionKey, keyContext), ...counted.slice(1 - remembered), vault.fingerprint(content, contentContext)];
  await identity()
    .set({ sealed_numbers: prints.join(' ') })
    .execute();
  return true;
}
