import { InvalidArgumentError } from 'commander';
import { readMail } from '../config/settings.ts';
import { html } from '../mail/html.ts';
import { createMailer } from '../mail/mailer.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { createCircuits } from '../upstream/circuits.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { mailFault } from './mailFault.ts';
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
  const { html: body } = html`<p>${text}</p>`;
  const mail = { clientId: 'admin', to, subject, text, html: body };
  try {
    const answer = await createMailer(settings).send(mail, services);
    return { sent: to, from: settings.from, through: new URL(settings.smtpUrl).host, answer };
  } catch (error) {
    throw mailFault(error, '--to');
  }
}
