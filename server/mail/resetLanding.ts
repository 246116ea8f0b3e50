import { lockNames } from '../accounts/loginNames.ts';
import { prove } from '../accounts/proofs.ts';
import { closeAllSessions } from '../accounts/sessions.ts';
import { recordActs } from '../audit/entries.ts';
import { noteKnownAddress } from '../limits/knownAddress.ts';
import { userOf } from '../limits/subjects.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';

/** A new password, typed twice. It logs out whoever had the old one, and proves the address anew. */
export const resetLanding: Landing = {
  fields: (wording) => html`<label>${wording.newPassword}
<input type="password" name="password" autocomplete="new-password" minlength="6" maxlength="128" required></label>
<label>${wording.passwordAgain}
<input type="password" name="again" autocomplete="new-password" minlength="6" maxlength="128" required></label>
`,
  async submit(services, { app, appId, token, address: mailedTo, network }, { password, again }) {
    if (typeof password !== 'string' || typeof again !== 'string') return 'passwordsDiffer';
    // One keyboard may spell one word in two ways.
    if (password.normalize('NFC') !== again.normalize('NFC')) return 'passwordsDiffer';
    // The contract counts characters (schema NewPassword), not UTF-16 units.
    const { length } = [...password];
    if (length < 6 || length > 128) return 'passwordLength';

    const password_hash = await services.passwords.hash(password);
    return inTransaction(services, async (within) => {
      const { store, now } = within;
      await lockNames(store, appId, [{ kind: 'email', value: mailedTo }]);
      const link = await redeemLink(store, appId, 'reset', token, now());
      if (!link) return 'gone';
      const { userId, address } = link;
      await prove({ app, appId, services: within }, userId, 'email', address);
      await store.updateTable('users').set({ password_hash }).where('app_id', '=', appId).where('id', '=', userId).execute();
      await closeAllSessions(store, appId, userId);
      await recordActs(store, appId, now(), { event: 'password_reset', userId });
      // The owner gets in with the new password however many strangers guess at the account meanwhile.
      await noteKnownAddress(within, appId, { account: userOf(userId), network });
      return 'done';
    });
  },
};
