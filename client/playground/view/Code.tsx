import { useState } from 'react';
import styles from './Code.module.css';
import { useTexts } from './settings.ts';

/** Code to read and copy. */
export function Code({ text }: { text: string }) {
  const t = useTexts();
  const [copied, setCopied] = useState(false);
  if (text === '') return <p className={styles.none}>{t.noRequest}</p>;
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => undefined);
    setCopied(true);
  };
  return (
    <div className={styles.code}>
      <button type="button" onClick={copy} onBlur={() => setCopied(false)}>
        {copied ? t.copied : t.copy}
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
