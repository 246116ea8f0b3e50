import { nicknameOf } from '../people.ts';
import { deviceNames, platformNames } from '../platforms.ts';
import { press } from '../presses/press.ts';
import { type State, usePlayground } from '../state.ts';
import styles from './Accounts.module.css';
import { accountIndexOf } from './accountColour.ts';
import { PlatformIcon } from './icons.tsx';
import { useTexts } from './settings.ts';

/** The phone whose account takes over the others of its person; undefined if no one has two accounts. */
function phoneToLink({ phones, accounts }: State) {
  const reach = (id: number) => accounts.find((account) => account.id === id)?.identities.length ?? 0;
  return platformNames
    .filter((platform) => {
      const { person, user } = phones[platform];
      return (
        user && platformNames.some((other) => phones[other].person === person && phones[other].user && phones[other].user.id !== user.id)
      );
    })
    .sort((one, other) => reach(phones[other].user?.id ?? 0) - reach(phones[one].user?.id ?? 0))[0];
}

/** The table of accounts: each login of a new platform makes one, and a link makes them one. */
export function Accounts() {
  const t = useTexts();
  const state = usePlayground();
  const { accounts, phones, playing } = state;
  const logins = deviceNames.filter((platform) => phones[platform].user).length;
  const main = phoneToLink(state);
  const isBusy = playing?.status === 'playing' || deviceNames.some((name) => phones[name].busy);
  return (
    <section className={styles.card} aria-labelledby="accounts">
      <div className={styles.top}>
        <h2 id="accounts">{t.accounts}</h2>
        <output className={styles.counts}>{t.counts(logins, accounts.length)}</output>
      </div>
      {accounts.length === 0 ? (
        <p className={styles.none}>{t.noAccounts}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t.user}</th>
              <th scope="col">{t.person}</th>
              <th scope="col">{t.logsInWith}</th>
            </tr>
          </thead>
          <tbody>
            {accounts.map(({ id, person, user, identities, isBanned }) => (
              <tr key={id} data-account={accountIndexOf(accounts, id)}>
                <th scope="row">
                  <span className={styles.swatch} />
                  {id}
                </th>
                <td>
                  {user.nickname || nicknameOf(person)}
                  {user._phone && <small>{user._phone}</small>}
                  {user._username && <small>{user._username}</small>}
                  {isBanned && <small className={styles.closing}>{t.banned}</small>}
                  {user._closing_at !== undefined && <small className={styles.closing}>{t.closing}</small>}
                </td>
                <td>
                  <span className={styles.icons}>
                    {platformNames
                      .filter((name) => identities.some(({ platform }) => platform === name))
                      .map((name) => (
                        <PlatformIcon key={name} platform={name} label />
                      ))}
                  </span>
                  {user._username && <small>{t.password}</small>}
                  {user._phone_verified && <small>{t.phoneNumber}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {main ? (
        <button
          type="button"
          className={styles.link}
          aria-disabled={isBusy}
          onClick={() => !isBusy && press({ phone: main, press: 'link_all' })}
        >
          {t.makeOne}
        </button>
      ) : (
        logins > 1 && accounts.length === 1 && <p className={styles.one}>{t.oneAccount}</p>
      )}
    </section>
  );
}
