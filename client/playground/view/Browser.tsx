import { usePlayground } from '../state.ts';
import { accountIndexOf } from './accountColour.ts';
import styles from './Browser.module.css';
import { Dialog } from './Dialog.tsx';
import { PlatformIcon } from './icons.tsx';
import { focusHeir } from './keptFocus.ts';
import { Person } from './Person.tsx';
import { PhoneButtons } from './PhoneButtons.tsx';
import { PhoneChoices } from './PhoneChoices.tsx';
import { PhoneMessage } from './PhoneMessage.tsx';
import { QrCode } from './QrCode.tsx';
import { useTexts } from './settings.ts';

/** A page of the demo app in a browser. */
export function Browser() {
  const t = useTexts();
  const { phones, accounts } = usePlayground();
  const { user, busy, question } = phones.web;
  return (
    <article className={styles.browser} aria-label={t.webPage} data-platform="web" data-busy={busy}>
      <div {...focusHeir} className={styles.window} data-account={accountIndexOf(accounts, user?.id)}>
        <div className={styles.bar}>
          <PlatformIcon platform="web" />
          <h3>{t.webPage}</h3>
          <span className={styles.address} aria-hidden="true">
            https://shop.example
          </span>
        </div>
        <div className={styles.page}>
          <div className={styles.app}>
            <Person device="web" />
            <PhoneButtons device="web" />
            <PhoneMessage platform="web" />
          </div>
          <Shown />
        </div>
        {question && <Dialog question={question} platform="web" />}
      </div>
      <PhoneChoices platform="web" />
    </article>
  );
}

/** The code for phones to scan, or the users that were listed. */
function Shown() {
  const t = useTexts();
  const { code, listed } = usePlayground();
  if (code) {
    return (
      <div className={styles.shown}>
        <QrCode className={styles.code} text={code.link} label={t.web.scanMe} />
        <p>
          {code.isScanned ? t.web.scanned : t.web.scanMe}
          <small>
            {t.web.digits} {code.digits}
          </small>
        </p>
        <button type="button" onClick={code.stop}>
          {t.web.stop}
        </button>
      </div>
    );
  }
  if (!listed) return null;
  return (
    <div className={styles.shown}>
      <h4>{t.web.listed}</h4>
      <ul>
        {listed.map(({ id, nickname }) => (
          <li key={id}>
            <b>{nickname || t.web.noName}</b> <small>{id}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
