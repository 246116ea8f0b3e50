import { InvalidArgumentError } from 'commander';
import { readMail } from '../config/settings.ts';
import { ApiError } from '../errors.ts';
import { html } from '../mail/html.ts';
import { createMailer } from '../mail/mailer.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { createCircuits } from '../upstream/circuits.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import type { Terminal } from './terminal.ts';

interface MailOptions {
  to: string;
}

const description =
  "Send a test mail through SMTP_URL, as the server sends its own. Prints the mail server's answer, or what it refused and which setting to look at.";

export const sendTestMail: CommandMaker = (terminal) =>
  defineCommand('send-test-mail', description, terminal, async ({ to }: MailOptions) => ({
    data: await send(terminal, to),
  })).requiredOption('--to <address>', 'the e-mail address to send it to', readAddress);

function readAddress(text: string): string {
  if (!/^[^\s@<>,]+@[^\s@<>,]+$/.test(text)) throw new InvalidArgumentError('It must be one e-mail address.');
  return text;
}

const subject = '测试邮件 / Test mail';
const text =
  '这是登录服务的测试邮件：邮件设置正确，用户能收到验证邮件和重置密码的邮件。\n\n' +
  'This is a test mail of the login service: its mail settings work, so users get mails to verify addresses and to reset passwords.\n';

async function send({ env }: Terminal, to: string) {
  const settings = readMail(env);
  const services = { circuits: createCircuits(createLog('silent')), metrics: createMetrics() };
  const mail = { clientId: 'admin', to, subject, text, html: String(html`<p>${text}</p>`) };
  try {
    const answer = await createMailer(settings).send(mail, services);
    return { sent: to, from: settings.from, through: new URL(settings.smtpUrl).host, answer };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`${adviceFor(error.detail)}: ${JSON.stringify(error.detail)}`, { cause: error });
  }
}

/** Names the setting behind a failure, by Nodemailer's error code. */
function adviceFor({ smtp_fault, smtp_cause, smtp_command }: Record<string, unknown> = {}): string {
  if (smtp_fault === 'EAUTH')
    return 'SMTP_URL: the mail server refused the user name or password; many mailboxes need an authorisation code (授权码) as the password';
  if (smtp_fault === 'EENVELOPE' && smtp_command === 'MAIL FROM')
    return 'MAIL_FROM: the mail server does not send for this address; most send only for the one that logs in';
  if (smtp_fault === 'EENVELOPE') return '--to: the mail server does not accept this recipient';
  if (smtp_fault === 'EMESSAGE') return 'MAIL_FROM: the mail server refused the mail, probably because of its sender';
  if (String(smtp_cause).includes('CERT') || String(smtp_cause).includes('SIGNED'))
    return "SMTP_URL: the mail server's certificate is not trusted; NODE_EXTRA_CA_CERTS adds an authority";
  return 'SMTP_URL: the mail server cannot be reached. smtps:// is for port 465, smtp:// for 587 and 25, which many clouds block';
}
