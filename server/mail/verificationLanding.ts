import { lockNames } from '../accounts/loginNames.ts';
import { verify } from '../accounts/verification.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';

/** Verifies the address after the visitor confirms. */
export const verificationLanding: Landing = {
  fields: (wording, otherWays) =>
    otherWays.length === 0
      ? html``
      : html`<p>${wording.otherWays.verification}</p><ul>${otherWays.map(({ label }) => html`<li>${label}</li>`)}</ul>
`,
  submit: (_passwords, { tenant, policy, token, address }) =>
    inTransaction(tenant, async (tx) => {
      await lockNames(tx, [{ kind: 'email', value: address }]);
      const link = await redeemLink(tx, 'verification', token);
      if (!link) return 'gone';
      await verify(tx, policy, link.userId, 'email', link.address);
      return 'done';
    }),
};
