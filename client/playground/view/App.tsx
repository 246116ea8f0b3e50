import { platformNames } from '../platforms.ts';
import { usePlayground } from '../state.ts';
import { texts } from '../texts.ts';
import { Accounts } from './Accounts.tsx';
import styles from './App.module.css';
import { Browser } from './Browser.tsx';
import { ExchangePanel } from './ExchangePanel.tsx';
import { Header } from './Header.tsx';
import { Hero } from './Hero.tsx';
import { Inbox } from './Inbox.tsx';
import { PhoneView } from './Phone.tsx';
import { PhoneStrip } from './PhoneStrip.tsx';
import { Player } from './Player.tsx';
import { placeOf, stage } from './places.ts';
import { Stories } from './Stories.tsx';
import { LanguageContext, useSettings } from './settings.ts';

/** The page. */
export function App() {
  const settings = useSettings();
  const { shown, playing } = usePlayground();
  const t = texts[settings.language];
  return (
    <LanguageContext value={settings.language}>
      <a className={styles.skip} href="#phones">
        {t.skip}
      </a>
      <Header {...settings} />
      <main className={styles.main}>
        <Hero />
        <div id={stage} className={styles.columns}>
          <section id="phones" className={styles.phones} aria-labelledby="phones-title" tabIndex={-1}>
            <h2 id="phones-title" className={styles.hidden}>
              {t.phones}
            </h2>
            <PhoneStrip />
            <div className={styles.grid} data-page-first={playing?.steps.some(({ phone }) => phone === 'web')}>
              {platformNames.map((platform) => (
                <div key={platform} id={placeOf(platform)} className={styles.cell} data-shown={platform === shown}>
                  <PhoneView platform={platform} />
                </div>
              ))}
              <div id={placeOf('web')} className={styles.browser} data-shown={shown === 'web'}>
                <Browser />
              </div>
            </div>
          </section>
          <div className={styles.side}>
            <Player />
            <Accounts />
            <ExchangePanel />
            <Inbox />
          </div>
        </div>
        <Stories />
      </main>
    </LanguageContext>
  );
}
