import { useEffect, useRef, useState } from 'react';
import { type Device, factsOf } from '../platforms.ts';
import type { Choices, Question } from '../state.ts';
import styles from './Dialog.module.css';
import { useKeptFocus } from './keptFocus.ts';
import { useLanguage, useTexts } from './settings.ts';

type MergeQuestion = Extract<Question, { kind: 'merge' }>;

/** A sheet at the bottom of a phone that waits for the person. */
export function Dialog({ question, platform }: { question: Question; platform: Device }) {
  const language = useLanguage();
  const t = useTexts();
  const sheet = useRef<HTMLDivElement>(null);
  // The person came here with a button that is now behind the sheet.
  useEffect(() => sheet.current?.focus(), []);
  useKeptFocus(sheet);
  const title =
    question.kind === 'merge' ? t.merge.title : question.kind === 'scan' ? t.scan.title : `${t.dialog.app} ${t.dialog[question.kind]}`;
  return (
    <div className={styles.shade}>
      <div ref={sheet} className={styles.sheet} role="dialog" aria-label={`${factsOf(platform).name[language]}: ${title}`} tabIndex={-1}>
        <b>{title}</b>
        {question.kind === 'merge' ? (
          <MergeSheet question={question} />
        ) : (
          <>
            {question.kind === 'scan' && (
              <p>
                {t.scan.asks(
                  `${question.asked.app_name}, ${question.asked.browser}, ${question.asked.system}`,
                  question.asked.same_network,
                )}
              </p>
            )}
            <div className={styles.buttons}>
              <button type="button" onClick={() => question.answer(false)}>
                {question.kind === 'scan' ? t.scan.refuse : t.dialog.decline}
              </button>
              <button type="button" className={styles.yes} onClick={() => question.answer(true)}>
                {question.kind === 'scan' ? t.scan.confirm : t.dialog.allow}
              </button>
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function MergeSheet({ question: { preview, answer } }: { question: MergeQuestion }) {
  const t = useTexts();
  const [choices, setChoices] = useState<Choices>(() => Object.fromEntries(preview.conflicts.map((field) => [field, 'mine' as const])));
  return (
    <>
      <p>{t.merge.text}</p>
      {preview.conflicts.map((field) => (
        <label key={field} className={styles.conflict}>
          {field}
          <select
            value={choices[field]}
            onChange={({ target }) => setChoices({ ...choices, [field]: target.value === 'theirs' ? 'theirs' : 'mine' })}
          >
            <option value="mine">{t.merge.mine}</option>
            <option value="theirs">{t.merge.theirs}</option>
          </select>
        </label>
      ))}
      <div className={styles.buttons}>
        <button type="button" onClick={() => answer(undefined)}>
          {t.merge.keepApart}
        </button>
        <button type="button" className={styles.yes} onClick={() => answer(choices)}>
          {t.merge.merge}
        </button>
      </div>
    </>
  );
}
