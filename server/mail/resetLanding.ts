import { lockNames } from '../accounts/loginNames.ts';
import { closeSessions } from '../accounts/sessions.ts';
import { writeUser } from '../accounts/users.ts';
import { verify } from '../accounts/verification.ts';
import { recordActs } from '../audit/entries.ts';
import { recordKnownAddress } from '../limits/knownAddress.ts';
import { userOf } from '../limits/subjects.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { html } from './html.ts';
import type { Landing } from './landing.ts';
import { redeemLink } from './links.ts';
import { dropWays } from './otherWays.ts';

/**
 * Asks for a new password twice. Setting it ends all sessions, verifies the address and removes the ways to log in that the owner does not
 * recognise.
 */
export const resetLanding: Landing = {
  fields: (wording, otherWays) => html`<label>${wording.newPassword}
<input type="password" name="password" autocomplete="new-password" minlength="6" maxlength="128" required></label>
<label>${wording.passwordAgain}
<input type="password" name="again" autocomplete="new-password" minlength="6" maxlength="128" required></label>
${
  otherWays.length === 0
    ? ''
    : html`<fieldset><legend>${wording.otherWays.reset}</legend>${otherWays.map(
        ({ name, label }) => html`<label><input type="checkbox" name="drop" value="${name}"> ${label}</label>`,
      )}</fieldset>
`
}`,
  async submit(passwords, { tenant, policy, token, address: mailedTo, network }, { password, again: repeated, drop = [] }) {
    if (typeof password !== 'string' || typeof repeated !== 'string') return 'passwordsDiffer';
    // Keyboards differ in how they compose accented letters.
    if (password.normalize('NFC') !== repeated.normalize('NFC')) return 'passwordsDiffer';
    // The contract counts characters (schema NewPassword), not UTF-16 units.
    const { length } = [...password];
    if (length < 6 || length > 128) return 'passwordLength';

    const password_hash = await passwords.hash(password);
    return inTransaction(tenant, async (tx) => {
      await lockNames(tx, [{ kind: 'email', value: mailedTo }]);
      const link = await redeemLink(tx, 'reset', token);
      if (!link) return 'gone';
      const { userId, address } = link;
      await verify(tx, policy, userId, 'email', address);
      await writeUser(tx, userId, { password_hash });
      await dropWays(tx, policy, userId, [drop].flat().map(String));
      await closeSessions(tx, userId);
      await recordActs(tx, { event: 'password_reset', userId });
      await recordEvents(tx, { type: 'user.updated', data: { user_id: userId, changed: ['password'] } });
      // Lets the owner log in with the new password even while strangers guess passwords.
      await recordKnownAddress(tx, { account: userOf(userId), network });
      return 'done';
    });
  },
};
