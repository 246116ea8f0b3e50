import { factsOf, type Platform } from '../platforms.ts';
import { usePlayground } from '../state.ts';
import { accountIndexOf } from './accountColour.ts';
import { Dialog } from './Dialog.tsx';
import { PhoneSigns, PlatformIcon } from './icons.tsx';
import { focusHeir } from './keptFocus.ts';
import { Person } from './Person.tsx';
import styles from './Phone.module.css';
import { PhoneButtons } from './PhoneButtons.tsx';
import { PhoneChoices } from './PhoneChoices.tsx';
import { PhoneMessage } from './PhoneMessage.tsx';
import { useLanguage, useTexts } from './settings.ts';

/** A phone with the demo app open in a platform's host app. */
export function PhoneView({ platform }: { platform: Platform }) {
  const language = useLanguage();
  const t = useTexts();
  const { phones, accounts } = usePlayground();
  const phone = phones[platform];
  const { user, question } = phone;
  const name = factsOf(platform).name[language];
  return (
    <article className={styles.phone} aria-label={t.phoneOf(name)} data-platform={platform} data-busy={phone.busy}>
      <div {...focusHeir} className={styles.bezel} data-account={accountIndexOf(accounts, user?.id)}>
        <div className={styles.screen}>
          <div className={styles.status} aria-hidden="true">
            <span>9:41</span>
            <span className={styles.island} />
            <PhoneSigns />
          </div>
          <div className={styles.bar}>
            <PlatformIcon platform={platform} />
            <h3>{name}</h3>
            <span className={styles.capsule} aria-hidden="true">
              <i>•••</i>
              <i>◉</i>
            </span>
          </div>
          <div className={styles.body}>
            <Person device={platform} />
            <PhoneButtons device={platform} />
          </div>
          <PhoneMessage platform={platform} />
          {question && <Dialog question={question} platform={platform} />}
          <span className={styles.home} aria-hidden="true" />
        </div>
      </div>
      <PhoneChoices platform={platform} />
    </article>
  );
}
