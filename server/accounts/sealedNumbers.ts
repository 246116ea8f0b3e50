import type { GrantedPhone } from '../platforms/platform.ts';
import type { Services } from '../services.ts';

/** How many of one session key are remembered. Hosts seal a number anew at each tap, and a sealed one is good for minutes. */
const remembered = 32;

/**
 * Notes that an opened number counts. What is noted is what was opened: a client can write the same in many ways.
 *
 * @param services within a transaction; the identity's row is its own from here on
 * @returns false if it has counted before, with the session key of now
 */
export async function takeSealedNumber(
  { store, vault, now }: Services,
  appId: string,
  platform: string,
  openid: string,
  { sessionKey, content }: NonNullable<GrantedPhone['opened']>,
): Promise<boolean> {
  const identity = () =>
    store.updateTable('identities').where('app_id', '=', appId).where('platform', '=', platform).where('openid', '=', openid);
  const row = await identity().set({ updated_at: now() }).returning('sealed_numbers').executeTakeFirstOrThrow();
  const [key = '', ...noted] = row.sealed_numbers?.split(' ') ?? [];
  const keyContext = `session key of ${platform} ${openid}`;
  const counted = vault.fingerprints(sessionKey, keyContext).includes(key) ? noted : [];
  const contentContext = `number sealed for ${platform} ${openid}`;
  if (vault.fingerprints(content, contentContext).some((print) => counted.includes(print))) return false;
  const prints = [vault.fingerprint(sessionKey, keyContext), ...counted.slice(1 - remembered), vault.fingerprint(content, contentContext)];
  await identity()
    .set({ sealed_numbers: prints.join(' ') })
    .execute();
  return true;
}
