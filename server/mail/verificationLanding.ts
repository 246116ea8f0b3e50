import { proveLoginName } from '../accounts/loginNames.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';

/** Whoever opened the link reads the address's mail: the address is proved. */
export const verificationLanding: Landing = {
  fields: () => html``,
  submit: ({ store, now }, { appId, token }) =>
    store.transaction().execute(async (transaction) => {
      const link = await redeemLink(transaction, appId, 'verification', token, now());
      if (!link) return 'gone';
      await proveLoginName(transaction, appId, link.userId, 'email', link.address, now());
      return 'done';
    }),
};
