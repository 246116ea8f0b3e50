import { lockNames } from '../accounts/loginNames.ts';
import { prove } from '../accounts/proofs.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';

/** Whoever opened the link reads the address's mail: the address is proved. */
export const verificationLanding: Landing = {
  fields: (wording, otherWays) =>
    otherWays.length === 0
      ? html``
      : html`<p>${wording.otherWays.verification}</p><ul>${otherWays.map(({ label }) => html`<li>${label}</li>`)}</ul>
`,
  submit: (services, { app, appId, token, address }) =>
    inTransaction(services, async (within) => {
      const { store, now } = within;
      await lockNames(store, appId, [{ kind: 'email', value: address }]);
      const link = await redeemLink(store, appId, 'verification', token, now());
      if (!link) return 'gone';
      await prove({ app, appId, services: within }, link.userId, 'email', link.address);
      return 'done';
    }),
};
