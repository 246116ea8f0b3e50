import type { ReactNode } from 'react';
import type { Exchange, HostCall, OutsideEvent, PlatformCall, ServerCall } from '../host/recording.ts';
import { type Device, factsOf } from '../platforms.ts';
import { serverRoot } from '../server.ts';
import { calledBy } from '../snippets/operations.ts';
import styles from './Exchanges.module.css';
import { useReferenceLink } from './referenceLinks.ts';
import { useLanguage, useTexts } from './settings.ts';

/** The exchanges of a press, in order: app and host app, app and server, and within each request server and platform. */
export function Exchanges({ exchanges, platform }: { exchanges: readonly Exchange[]; platform: Device }) {
  const t = useTexts();
  return (
    <>
      {exchanges.every(({ kind }) => kind !== 'request') && <p className={styles.none}>{t.noRequest}</p>}
      <ol className={styles.exchanges}>
        {exchanges.map((exchange, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: exchanges do not move
          <li key={index}>
            {exchange.kind === 'host' && <HostItem call={exchange} platform={platform} />}
            {exchange.kind === 'request' && <RequestItem call={exchange} platform={platform} />}
            {exchange.kind === 'event' && <EventItem event={exchange} platform={platform} />}
          </li>
        ))}
      </ol>
    </>
  );
}

const linesOf = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
const json = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

interface ItemProps {
  from: string;
  to: string;
  title: string;
  result: string;
  isBad: boolean;
  children: ReactNode;
}

function Item({ from, to, title, result, isBad, children }: ItemProps) {
  return (
    <details className={styles.item}>
      <summary>
        <span className={styles.lane}>
          {from} <span aria-hidden="true">→</span> {to}
        </span>
        <span className={styles.result} data-bad={isBad}>
          {result}
        </span>
        <code className={styles.title}>{title}</code>
      </summary>
      {children}
    </details>
  );
}

function Part({ title, text }: { title: string; text: string | null | undefined }) {
  if (!text) return null;
  return (
    <>
      <h3 className={styles.part}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}

function HostItem({ call: { call, result, failed }, platform }: { call: HostCall; platform: Device }) {
  const t = useTexts();
  const language = useLanguage();
  const isSilent = result === undefined;
  return (
    <Item
      from={t.app}
      to={factsOf(platform).name[language]}
      title={call}
      result={isSilent ? t.noCallback : failed ? 'fail' : 'ok'}
      isBad={failed}
    >
      <Part title={t.answer} text={isSilent ? t.noCallback : json(result)} />
    </Item>
  );
}

function EventItem({ event: { from, to, call, result }, platform }: { event: OutsideEvent; platform: Device }) {
  const t = useTexts();
  const language = useLanguage();
  const nameOf = (party: OutsideEvent['from' | 'to']) => (party === 'platform' ? factsOf(platform).name[language] : t[party]);
  return (
    <Item from={nameOf(from)} to={nameOf(to)} title={call} result="ok" isBad={false}>
      <Part title={t.answer} text={json(result)} />
    </Item>
  );
}

function RequestItem({ call, platform }: { call: ServerCall; platform: Device }) {
  const t = useTexts();
  const { method, url, headers, body, isUpload, status, answer, upstream, milliseconds } = call;
  const operation = calledBy(call);
  const linkTo = useReferenceLink(t.referencePath);
  const path = url.slice(serverRoot.length);
  return (
    <>
      <Item
        from={t.app}
        to={t.server}
        title={`${method} ${path}`}
        result={status === undefined ? t.noAnswer : `${status}, ${milliseconds} ms`}
        isBad={status === undefined || status >= 400}
      >
        <Part title={t.headers} text={linesOf(headers)} />
        <Part title={t.body} text={isUpload ? t.picture : body === undefined ? undefined : json(body)} />
        <Part title={t.answer} text={answer === undefined ? undefined : json(answer)} />
      </Item>
      {operation && (
        <p className={styles.operation}>
          <a href={linkTo(operation)}>{operation.operationId}</a>
          <a href={`${t.recipesPath}#${operation.operationId.toLowerCase()}`} aria-label={`${operation.operationId}: ${t.operation}`}>
            {t.operation}
          </a>
        </p>
      )}
      {upstream.length > 0 && (
        <ol className={styles.upstream}>
          {upstream.map((upward, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: exchanges do not move
            <li key={index}>
              <PlatformItem call={upward} platform={platform} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function PlatformItem({
  call: { method, url, headers, body, status, answer, fault, milliseconds },
  platform,
}: {
  call: PlatformCall;
  platform: Device;
}) {
  const t = useTexts();
  const language = useLanguage();
  const address = new URL(url);
  const path = address.pathname.replace(/^.*\/sandbox\/[^/]+/, '');
  const parameters = [...address.searchParams].map(([name, value]) => `${name}=${value}`).join('\n');
  return (
    <Item
      from={t.server}
      to={factsOf(platform).name[language]}
      title={`${method} ${path}`}
      result={status === null ? t.noAnswer : `${status}, ${milliseconds} ms`}
      isBad={status === null || status >= 400}
    >
      <Part title={t.headers} text={linesOf(headers)} />
      <Part
        title={t.body}
        text={[parameters, body ? decodeURIComponent(body.replaceAll('+', ' ')).replaceAll('&', '\n') : ''].filter(Boolean).join('\n\n')}
      />
      <Part title={t.answer} text={fault ?? pretty(answer ?? '')} />
    </Item>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
