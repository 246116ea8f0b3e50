import { createTransport } from 'nodemailer';
import { deliveryUnavailable } from '../delivery.ts';
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
  send(mail: Mail): Promise<void>;
}

/** Milliseconds that a mail server may take for each of its steps. */
const timeouts = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 5000 };

export function createMailer({ smtpUrl, from }: MailSettings): Mailer {
  const transport = createTransport({ url: smtpUrl, ...timeouts });
  return {
    async send({ to, subject, text, html }) {
      try {
        await transport.sendMail({
          from,
          // As an object it is one address, whatever it holds.
          to: { name: '', address: to },
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw deliveryUnavailable(faultOf(error));
      }
    },
  };
}

/** The error's text stays out: it may quote the recipient or the mail. */
function faultOf(error: unknown): Record<string, unknown> {
  const { code, command, responseCode } = error as { code?: unknown; command?: unknown; responseCode?: unknown };
  return { smtp_fault: code, smtp_command: command, smtp_status: responseCode };
}
