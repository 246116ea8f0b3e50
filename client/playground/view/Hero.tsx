import { useState } from 'react';
import { play, shareLink, startOver } from '../player.ts';
import { usePlayground } from '../state.ts';
import { stories } from '../stories.ts';
import styles from './Hero.module.css';
import { useTexts } from './settings.ts';

/** What the page is, and the press that shows it in ten seconds. */
export function Hero() {
  const t = useTexts();
  const { entries, badLink } = usePlayground();
  const [copied, setCopied] = useState(false);
  const [headline] = stories;
  const share = async () => {
    const link = shareLink();
    history.replaceState(null, '', link);
    // Without permission to write to the clipboard, the link is in the address bar.
    await navigator.clipboard?.writeText(link).catch(() => undefined);
    setCopied(true);
  };
  return (
    <div className={styles.hero}>
      <div className={styles.words}>
        <h1>{t.headline}</h1>
        <p>{t.intro}</p>
        {badLink && (
          <p role="alert" className={styles.alert}>
            {t.badLink}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <button type="button" className={styles.primary} onClick={() => headline && play(headline.id, headline.steps)}>
          <svg viewBox="0 0 12 14" aria-hidden="true">
            <path d="M1 1.200v11.600L11 7z" fill="currentColor" />
          </svg>
          {t.playHeadline}
        </button>
        <a className={styles.button} href="#stories">
          {t.allStories}
        </a>
        {entries.length > 0 && (
          <>
            <button type="button" className={styles.button} onClick={share} onBlur={() => setCopied(false)}>
              {copied ? t.shared : t.share}
            </button>
            <button type="button" className={styles.button} onClick={startOver}>
              {t.startOver}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
