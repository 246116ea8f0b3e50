import { createTransport } from 'nodemailer';
import type { Metrics } from '../observe/metrics.ts';
import type { Circuits } from '../upstream/circuits.ts';
import { deliveryUnavailable, toDeliveryError } from '../upstream/delivery.ts';
import { translateErrors, UpstreamError } from '../upstream/errors.ts';
import { measureCall } from '../upstream/measure.ts';
import type { MailSettings } from './settings.ts';

export interface Mail {
  /** The app that it comes from. */
  clientId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /** @throws delivery_unavailable */
  send(mail: Mail, services: MailServices): Promise<void>;
}

/** What reaching a mail server takes. */
export interface MailServices {
  circuits: Circuits;
  metrics: Metrics;
}

/** Milliseconds that a mail server may be silent in each of its steps, and then take to close its side of the connection. */
const timeouts = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 5000, socketCloseTimeout: 1000 };
/** Milliseconds that a mail may take in all, a wait for its turn among them: a process that stops has somewhat more. */
const mailTimeout = 10_000;

export function createMailer({ smtpUrl, from }: MailSettings, timeout = mailTimeout): Mailer {
  const transport = createTransport({ url: smtpUrl, ...timeouts });
  const url = new URL(smtpUrl);
  const dependency = `mail at ${url.host}`;

  /** @returns what the mail server has against the mail, undefined where it took it */
  async function deliver({ to, subject, text, html }: Mail, milliseconds: number): Promise<SmtpError | undefined> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), milliseconds);
    try {
      await transport.sendMail({
        from,
        // As an object it is one address, whatever it holds.
        to: { name: '', address: to },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: deadline.signal,
      });
      return undefined;
    } catch (error) {
      const fault = error as SmtpError;
      if (isRefusal(fault)) return fault;
      throw new UpstreamError(isTimeout(fault) ? 'timeout' : 'failed', { detail: detailOf(fault) });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async send(mail, { circuits, metrics }) {
      const until = performance.now() + timeout;
      const ask = () => circuits.call(dependency, () => deliver(mail, until - performance.now()), until);
      const refusal = await translateErrors(() => measureCall('mail', url, metrics, ask), toDeliveryError);
      if (refusal) throw deliveryUnavailable(detailOf(refusal));
    },
  };
}

/** What nodemailer says of a mail that was not sent. */
interface SmtpError {
  code?: unknown;
  /** What the system or TLS called it, such as a certificate that nobody vouches for. */
  originalCode?: unknown;
  command?: unknown;
  responseCode?: unknown;
}

/** Login, envelope and text: the mail server answers and has something against these, but for a 421, with which it hangs up. */
const isRefusal = ({ code, responseCode }: SmtpError) =>
  (code === 'EAUTH' || code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== 421;

/** A step of the mail server's, or all of it. */
const isTimeout = ({ code }: SmtpError) => code === 'ETIMEDOUT' || code === 'EABORT';

/** The error's text stays out: it may quote the recipient or the mail. */
const detailOf = ({ code, originalCode, command, responseCode }: SmtpError) => ({
  smtp_fault: code,
  ...(originalCode !== undefined && { smtp_cause: originalCode }),
  smtp_command: command,
  smtp_status: responseCode,
});
