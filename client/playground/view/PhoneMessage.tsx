import { messageFor } from '../../messages.ts';
import type { Device } from '../platforms.ts';
import { type Failure, usePlayground } from '../state.ts';
import type { Step } from '../steps.ts';
import styles from './PhoneMessage.module.css';
import { useLanguage, useTexts } from './settings.ts';

/** The error in the form that `messageFor` reads. */
export const asError = ({ code, errorCode }: Failure) => ({ code, ...(errorCode !== undefined && { error_code: errorCode }) });

/** The message that a person sees after a press. */
export function PhoneMessage({ platform }: { platform: Device }) {
  const language = useLanguage();
  const t = useTexts();
  const { phones, entries } = usePlayground();
  const { last, busy, question } = phones[platform];
  const entry = entries.find(({ id }) => id === last);
  if (question) return null;
  const outcome = busy ? undefined : entry?.outcome;
  const text = busy
    ? t.running
    : outcome === undefined || !entry
      ? ''
      : outcome === 'ok'
        ? t.worked[workOf(entry.step)]
        : messageFor(asError(outcome), language);
  const kind = busy ? 'busy' : outcome === 'ok' ? 'ok' : 'error';
  return (
    <p className={styles.message} role="status" data-kind={text ? kind : 'none'}>
      {text}
    </p>
  );
}

/** Some platforms log in a person who shares no profile. */
const workOf = ({ press, consent }: Step) => (press === 'profile' && consent === 'decline' ? 'login' : press);
