import { proveLoginName } from '../accounts/loginNames.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';

/** Whoever opened the link reads the address's mail: the address is proved. */
export const verificationLanding: Landing = {
  fields: () => html``,
  submit: (services, { appId, token }) =>
    inTransaction(services, async ({ store, now }) => {
      const link = await redeemLink(store, appId, 'verification', token, now());
      if (!link) return 'gone';
      await proveLoginName(store, appId, link.userId, 'email', link.address, now());
      return 'done';
    }),
};
