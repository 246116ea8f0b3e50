import { useEffect } from 'react';
import { nicknameOf } from '../people.ts';
import { factsOf, platformNames } from '../platforms.ts';
import { leave, pause, play, resume } from '../player.ts';
import { usePlayground } from '../state.ts';
import { stories } from '../stories.ts';
import styles from './Player.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** The bar of a story that plays: which step, and the controls. */
export function Player() {
  const language = useLanguage();
  const t = useTexts();
  const { playing, phones, accounts, world } = usePlayground();
  const isOpen = playing !== undefined;
  // The story's button may be far below. Each story has its own world.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another world is another story
  useEffect(() => {
    if (isOpen) document.getElementById('phones')?.scrollIntoView({ block: 'start' });
  }, [isOpen, world]);
  if (!playing) return null;
  const { story, steps, index, status } = playing;
  const { title, intro } = stories.find(({ id }) => id === story) ?? { title: undefined, intro: undefined };
  const step = steps[Math.min(index, steps.length - 1)];
  const person = step && (step.person ?? phones[step.phone].person);
  return (
    <section className={styles.bar} aria-label={title?.[language] ?? t.sharedSteps} data-status={status}>
      <div className={styles.words}>
        <b>{title?.[language] ?? t.sharedSteps}</b>
        {intro && <span className={styles.intro}>{intro[language]}</span>}
        <span className={styles.step} role="status">
          {status === 'done' || !step || !person
            ? t.done
            : `${t.step(index + 1, steps.length)}: ${factsOf(step.phone).name[language]} · ${t.presses[step.press]} · ${nicknameOf(person)}`}
        </span>
        <span className={styles.counts}>{t.counts(platformNames.filter((name) => phones[name].user).length, accounts.length)}</span>
        <progress max={steps.length} value={index} aria-hidden="true" />
      </div>
      <div className={styles.controls}>
        {status === 'playing' && (
          <button type="button" onClick={pause}>
            {t.pause}
          </button>
        )}
        {status === 'paused' && (
          <button type="button" onClick={() => resume()}>
            {t.resume}
          </button>
        )}
        {status === 'done' && (
          <button type="button" onClick={() => play(story, steps)}>
            {t.again}
          </button>
        )}
        <button type="button" onClick={leave}>
          {t.stop}
        </button>
      </div>
    </section>
  );
}
