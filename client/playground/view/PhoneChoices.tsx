import { faultsOf, isFault } from '../faults.ts';
import { isBlocked, isStranger, newcomerNumber, nicknameOf, type PersonKey, peopleToChoose } from '../people.ts';
import { discardPhone } from '../phones.ts';
import { type Device, factsOf } from '../platforms.ts';
import { setPhone, setState, usePlayground } from '../state.ts';
import styles from './PhoneChoices.module.css';
import { useTexts } from './settings.ts';

/** Who holds a phone, and what goes wrong on it. */
export function PhoneChoices({ platform }: { platform: Device }) {
  const t = useTexts();
  const { phones, newcomers, playing } = usePlayground();
  const { person, fault, busy } = phones[platform];
  const { blocks } = factsOf(platform);
  const isLocked = busy || playing?.status === 'playing';
  const nameOf = (key: PersonKey) =>
    isStranger(key)
      ? t.stranger
      : isBlocked(key)
        ? t.blocked
        : newcomerNumber(key)
          ? `${nicknameOf(key)} (${t.newcomer})`
          : nicknameOf(key);
  const people = peopleToChoose(newcomers).filter((key) => !isBlocked(key) || blocks || key === person);
  const hand = (key: PersonKey) => {
    discardPhone(platform);
    setState({ newcomers: Math.max(newcomers, newcomerNumber(key) ?? 0) });
    setPhone(platform, { person: key, user: undefined, last: undefined });
  };
  return (
    <div className={styles.choices}>
      <label>
        <span>{t.holder}</span>
        <select value={person} disabled={isLocked} onChange={({ target }) => hand(target.value)}>
          {people.map((key) => (
            <option key={key} value={key}>
              {nameOf(key)}
            </option>
          ))}
        </select>
      </label>
      <label data-fault={fault !== 'none'}>
        <span>{t.goesWrong}</span>
        <select
          value={fault}
          disabled={isLocked}
          onChange={({ target }) => setPhone(platform, { fault: isFault(target.value) ? target.value : 'none' })}
        >
          {faultsOf(platform).map((name) => (
            <option key={name} value={name}>
              {t.faults[name]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
