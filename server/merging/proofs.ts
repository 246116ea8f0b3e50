import { verifiedOf } from '../accounts/claims.ts';
import { idsIn } from '../accounts/formerOpenids.ts';
import type { Proof } from '../accounts/takenByOther.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { sharingUnionids } from '../platforms/unionids.ts';
import type { MergeProof } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';
import type { Account } from './account.ts';

/** Whether an account is still the one that a proof was about. */
export function isAbout({ user, identities }: Account, proof: Proof): boolean {
  if (proof.kind === 'password') return user.password_hash === proof.passwordHash;
  if (proof.kind !== 'platform') return verifiedOf(user, 'phone') === proof.phone;
  const { platform, platformAppId, unionid } = proof.identity;
  const ids = idsIn(proof.identity);
  return identities.some(
    (row) =>
      (row.platform === platform &&
        row.platform_app_id === platformAppId &&
        [row.openid, row.former_openid].some((id) => id !== null && ids.includes(id))) ||
      (unionid !== undefined && row.unionid === unionid && sharingUnionids(platform).includes(row.platform)),
  );
}

/** Whether a merge needs a second proof: numbers change hands, so a number suffices only if it is the account's only way to log in. */
export async function needsMore(tenant: TenantRows, { user }: Account, proof: MergeProof): Promise<boolean> {
  if (proof === 'claim') return true;
  if (proof !== 'number') return false;
  const without = { phone: user.phone_verified === 1 ? null : user.phone, phone_verified: 0, phone_proved: null } as const;
  return canLogIn(tenant, { ...user, ...without });
}
