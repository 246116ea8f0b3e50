import { useEffect } from 'react';
import { nicknameOf } from '../people.ts';
import { deviceNames, factsOf } from '../platforms.ts';
import { leave, pause, play, resume } from '../player.ts';
import { usePlayground } from '../state.ts';
import { stories } from '../stories.ts';
import styles from './Player.module.css';
import { placeOf, stage } from './places.ts';
import { useLanguage, useTexts } from './settings.ts';

/** The report of a story that plays: which step, and the controls. */
export function Player() {
  const language = useLanguage();
  const t = useTexts();
  const { playing, phones, accounts, world } = usePlayground();
  const isOpen = playing !== undefined;
  // The story's button may be far below. Each story has its own world.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another world is another story
  useEffect(() => {
    if (isOpen) document.getElementById(stage)?.scrollIntoView({ block: 'start' });
  }, [isOpen, world]);
  const step = playing?.steps[Math.min(playing.index, playing.steps.length - 1)];
  const device = playing?.status === 'playing' ? step?.phone : undefined;
  useEffect(() => {
    if (device) document.getElementById(placeOf(device))?.scrollIntoView({ block: 'nearest' });
  }, [device]);
  if (!playing) return null;
  const { story, steps, index, status } = playing;
  const { title, intro } = stories.find(({ id }) => id === story) ?? { title: undefined, intro: undefined };
  const person = step && (step.person ?? phones[step.phone].person);
  return (
    <section className={styles.story} aria-labelledby="story" data-status={status}>
      <div className={styles.words}>
        <h2 id="story">{title?.[language] ?? t.sharedSteps}</h2>
        {intro && <p className={styles.intro}>{intro[language]}</p>}
        <p className={styles.line}>
          <span className={styles.step} role="status">
            {status === 'done' || !step || !person
              ? t.done
              : t.step(index + 1, steps.length, `${factsOf(step.phone).name[language]} · ${t.presses[step.press]} · ${nicknameOf(person)}`)}
          </span>
          <span className={styles.counts}>{t.counts(deviceNames.filter((name) => phones[name].user).length, accounts.length)}</span>
        </p>
      </div>
      <progress max={steps.length} value={index} aria-hidden="true" />
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
