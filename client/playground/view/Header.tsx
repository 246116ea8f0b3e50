import { texts } from '../texts.ts';
import styles from './Header.module.css';
import { Keyhole } from './icons.tsx';
import { type Settings, themes } from './settings.ts';

/** The top of the page: where it leads, its language and its colours. */
export function Header({ language, setLanguage, theme, setTheme }: Settings) {
  const t = texts[language];
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <header className={styles.header}>
      <div className={styles.name}>
        <Keyhole />
        <span>
          <span className={styles.product}>{t.product}</span> <b>{t.title}</b>
        </span>
      </div>
      <nav className={styles.links} aria-label={t.product}>
        <a href={t.referencePath}>{t.reference}</a>
        <a href={t.recipesPath}>{t.recipes}</a>
      </nav>
      <div className={styles.choices}>
        <button type="button" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => setLanguage(other)}>
          {t.otherLanguage}
        </button>
        <label>
          <span className={styles.hidden}>{t.theme}</span>
          <select value={theme} onChange={({ target }) => setTheme(themes.find((name) => name === target.value) ?? 'auto')}>
            {themes.map((name) => (
              <option key={name} value={name}>
                {t.themes[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}
