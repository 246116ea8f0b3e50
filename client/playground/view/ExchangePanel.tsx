import { useState } from 'react';
import { messageFor } from '../../messages.ts';
import { nicknameOf } from '../people.ts';
import { factsOf } from '../platforms.ts';
import { curlOf } from '../snippets/curl.ts';
import { shimCodeOf } from '../snippets/shim.ts';
import { typescriptOf } from '../snippets/typescript.ts';
import { type Entry, setState, usePlayground } from '../state.ts';
import type { Language, Texts } from '../texts.ts';
import { Code } from './Code.tsx';
import styles from './ExchangePanel.module.css';
import { Exchanges } from './Exchanges.tsx';
import { asError } from './PhoneMessage.tsx';
import { useLanguage, useTexts } from './settings.ts';

const tabs = ['exchange', 'shim', 'curl', 'typescript'] as const;
type Tab = (typeof tabs)[number];

const titleOf = ({ step, person }: Entry, language: Language, t: Texts) =>
  `${factsOf(step.phone).name[language]} · ${t.presses[step.press]} · ${nicknameOf(person)}`;

const outcomeOf = ({ outcome }: Entry) =>
  outcome === undefined ? '…' : outcome === 'ok' ? '✓' : (outcome.errorCode ?? String(outcome.code ?? outcome.message));

/** A press in full: every request and answer, and the code for it. */
export function ExchangePanel() {
  const language = useLanguage();
  const t = useTexts();
  const { entries, selected } = usePlayground();
  const [tab, setTab] = useState<Tab>('exchange');
  const entry = entries.find(({ id }) => id === selected) ?? entries[0];
  return (
    <section className={styles.card} aria-labelledby="exchange">
      <h2 id="exchange">{t.exchange}</h2>
      {entry ? (
        <>
          <label className={styles.history}>
            <span>{t.history}</span>
            <select value={entry.id} onChange={({ target }) => setState({ selected: Number(target.value) })}>
              {entries.map((one) => (
                <option key={one.id} value={one.id}>
                  {titleOf(one, language, t)} {outcomeOf(one)}
                </option>
              ))}
            </select>
          </label>
          <Outcome entry={entry} />
          <div className={styles.tabs} role="tablist" aria-labelledby="exchange">
            {tabs.map((name) => (
              <button
                key={name}
                id={`tab-${name}`}
                type="button"
                role="tab"
                aria-selected={name === tab}
                aria-controls="tab-panel"
                tabIndex={name === tab ? 0 : -1}
                onClick={() => setTab(name)}
                onKeyDown={({ key, currentTarget }) => {
                  const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
                  if (move === undefined) return;
                  const next = tabs[(tabs.indexOf(name) + move + tabs.length) % tabs.length] ?? name;
                  setTab(next);
                  currentTarget.parentElement?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
                }}
              >
                {t.tabs[name]}
              </button>
            ))}
          </div>
          <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
            {tab === 'exchange' && <Exchanges key={entry.id} exchanges={entry.exchanges} platform={entry.step.phone} />}
            {tab === 'shim' && <Code text={shimCodeOf(entry)} />}
            {tab === 'curl' && <Code text={curlOf(entry.exchanges)} />}
            {tab === 'typescript' && <Code text={typescriptOf(entry.exchanges)} />}
          </div>
        </>
      ) : (
        <p className={styles.none}>{t.noExchange}</p>
      )}
    </section>
  );
}

function Outcome({ entry: { outcome } }: { entry: Entry }) {
  const language = useLanguage();
  const t = useTexts();
  if (outcome === undefined || outcome === 'ok') return null;
  const { code, errorCode, message } = outcome;
  return (
    <dl className={styles.outcome}>
      <dt>{t.person_sees}</dt>
      <dd>{messageFor(asError(outcome), language)}</dd>
      <dt>{t.developer_gets}</dt>
      <dd>
        <code>{[code, errorCode].filter((part) => part !== undefined).join(' ')}</code> {message}
      </dd>
    </dl>
  );
}
