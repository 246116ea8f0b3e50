import { deviceNames, factsOf } from '../platforms.ts';
import { setState, usePlayground } from '../state.ts';
import { accountIndexOf } from './accountColour.ts';
import { PlatformIcon } from './icons.tsx';
import styles from './PhoneStrip.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** Chooses the phone to show on a narrow screen. */
export function PhoneStrip() {
  const language = useLanguage();
  const t = useTexts();
  const { shown, phones, accounts } = usePlayground();
  return (
    <fieldset className={styles.strip}>
      <legend>{t.phones}</legend>
      {deviceNames.map((platform) => (
        <button
          key={platform}
          type="button"
          aria-pressed={platform === shown}
          data-account={accountIndexOf(accounts, phones[platform].user?.id)}
          onClick={() => setState({ shown: platform })}
        >
          <PlatformIcon platform={platform} />
          <span className={styles.name}>{factsOf(platform).name[language]}</span>
        </button>
      ))}
    </fieldset>
  );
}
