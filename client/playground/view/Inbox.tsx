import { type Message, usePlayground } from '../state.ts';
import card from './Accounts.module.css';
import styles from './Inbox.module.css';
import { useTexts } from './settings.ts';

/** The text of a mail, in which addresses are links. */
function MailText({ text }: Pick<Message, 'text'>) {
  return text.split(/(https?:\S+)/).map((part, index) =>
    part.startsWith('http') ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text do not move
      <a key={index} href={part} target="_blank" rel="noreferrer">
        {part}
      </a>
    ) : (
      part
    ),
  );
}

/** SMS and mails that the sandbox did not send. */
export function Inbox() {
  const t = useTexts();
  const { messages } = usePlayground();
  return (
    <section className={card.card} aria-labelledby="inbox">
      <h2 id="inbox">{t.inbox}</h2>
      {messages.length === 0 && <p className={card.none}>{t.noMessages}</p>}
      <ul>
        {messages.map(({ id, kind, to, subject, text }) => (
          <li key={id} className={styles.message}>
            {kind === 'sms' ? (
              t.sms(to, text)
            ) : (
              <details>
                <summary>
                  {subject} <small>{to}</small>
                </summary>
                <p className={styles.mail}>
                  <MailText text={text} />
                </p>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
