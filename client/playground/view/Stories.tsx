import { headingAnchor } from '../docsAnchors.ts';
import { play } from '../player.ts';
import { stories } from '../stories.ts';
import styles from './Stories.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** All stories to play. */
export function Stories() {
  const language = useLanguage();
  const t = useTexts();
  return (
    <section id="stories" className={styles.stories} aria-labelledby="stories-title">
      <h2 id="stories-title">{t.stories}</h2>
      <p>{t.storiesIntro}</p>
      <p>{t.consoleNote}</p>
      <ul>
        {stories.map(({ id, title, intro, recipe, steps }) => (
          <li key={id}>
            <h3>{title[language]}</h3>
            <p>{intro[language]}</p>
            <div className={styles.actions}>
              <button type="button" aria-label={`${t.play}: ${title[language]}`} onClick={() => play(id, steps)}>
                {t.play}
              </button>
              {recipe && (
                <a href={`${t.recipesPath}#${headingAnchor(recipe[language])}`} aria-label={`${t.recipe}: ${recipe[language]}`}>
                  {t.recipe}
                </a>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
