import { createTransport } from 'nodemailer';
import type { Metrics } from '../observe/metrics.ts';
import type { Circuits } from '../upstream/circuits.ts';
import { deliveryUnavailable, toDeliveryError } from '../upstream/delivery.ts';
import { translateErrors, UpstreamError } from '../upstream/errors.ts';
import { measureCall } from '../upstream/measure.ts';
import type { MailSettings } from './settings.ts';

export interface Mail {
  /** The app that sends it. */
  clientId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /**
   * @returns the mail server's answer, such as `250 2.0.0 Ok: queued as 4FxZ`
   * @throws delivery_unavailable
   */
  send(mail: Mail, services: MailServices): Promise<string>;
}

/** Services for sending mail. */
export interface MailServices {
  circuits: Circuits;
  metrics: Metrics;
}

/** Milliseconds to wait for the mail server in each step, and for it to close the connection. */
const timeouts = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 5000, socketCloseTimeout: 1000 };
/** Milliseconds for a mail in all, including queueing. Shorter than the time that a stopping process has. */
const mailTimeout = 10_000;

export function createMailer({ smtpUrl, from }: MailSettings, timeout = mailTimeout): Mailer {
  const transport = createTransport({ url: smtpUrl, ...timeouts });
  const url = new URL(smtpUrl);
  const dependency = `mail at ${url.host}`;

  /** @returns the mail server's answer, or its refusal */
  async function deliver({ to, subject, text, html }: Mail, milliseconds: number): Promise<string | SmtpError> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), milliseconds);
    try {
      const { response } = await transport.sendMail({
        from,
        // An object is always one address; a text could be parsed as several.
        to: { name: '', address: to },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: deadline.signal,
      });
      return response;
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
      const answer = await translateErrors(() => measureCall('mail', url, metrics, ask), toDeliveryError);
      if (typeof answer !== 'string') throw deliveryUnavailable(detailOf(answer));
      return answer;
    },
  };
}

/** Nodemailer's error for a mail that was not sent. */
interface SmtpError {
  code?: unknown;
  /** The system's or TLS's own code, such as one for an untrusted certificate. */
  originalCode?: unknown;
  command?: unknown;
  responseCode?: unknown;
}

/** Whether the server refused login, envelope or content. Status 421 only means that it closes the connection. */
const isRefusal = ({ code, responseCode }: SmtpError) =>
  (code === 'EAUTH' || code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== 421;

/** Whether one step or the whole mail timed out. */
const isTimeout = ({ code }: SmtpError) => code === 'ETIMEDOUT' || code === 'EABORT';

/** Leaves out the error's text, which may quote the recipient or the mail. */
const detailOf = ({ code, originalCode, command, responseCode }: SmtpError) => ({
  smtp_fault: code,
  ...(originalCode !== undefined && { smtp_cause: originalCode }),
  smtp_command: command,
  smtp_status: responseCode,
});
