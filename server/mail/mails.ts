import type { MailLinkKind } from '../store/schema.ts';
import { html } from './html.ts';
import type { Mail } from './mailer.ts';

interface Wording {
  subject: string;
  /** What the link is for. */
  ask(app: string): string;
  /** The link in words. */
  action: string;
  /** How long the link is good, and what to do if it was not asked for. */
  note: string;
}

/** Every mail says all in Chinese and then again in English: nothing is known of what its reader reads. */
const wordings: Record<MailLinkKind, { zh: Wording; en: Wording }> = {
  verification: {
    zh: {
      subject: '验证您的邮箱',
      ask: (app) => `请打开下面的链接，验证您在「${app}」使用的邮箱地址。`,
      action: '验证邮箱',
      note: '链接 24 小时内有效，只能使用一次。如果不是您本人操作，请忽略这封邮件。',
    },
    en: {
      subject: 'Verify your e-mail address',
      ask: (app) => `Open this link to verify the e-mail address that you use with ${app}.`,
      action: 'Verify the address',
      note: 'The link is good once, for 24 hours. If you did not ask for it, ignore this mail.',
    },
  },
  reset: {
    zh: {
      subject: '重置您的密码',
      ask: (app) => `请打开下面的链接，为您在「${app}」的账号设置新密码。`,
      action: '设置新密码',
      note: '链接 1 小时内有效，只能使用一次。如果不是您本人操作，请忽略这封邮件，密码不会改变。',
    },
    en: {
      subject: 'Reset your password',
      ask: (app) => `Open this link to set a new password for your account with ${app}.`,
      action: 'Set a new password',
      note: 'The link is good once, for one hour. If you did not ask for it, ignore this mail: your password stays as it is.',
    },
  },
};

/** @param app the app's name for people */
export function composeMail(kind: MailLinkKind, app: string, link: string): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { zh, en } = wordings[kind];
  const inText = ({ ask, note }: Wording) => `${ask(app)}\n\n${link}\n\n${note}\n`;
  const inHtml = ({ ask, action, note }: Wording) => html`<p>${ask(app)}</p><p><a href="${link}">${action}</a></p><p>${note}</p>`;
  return {
    subject: `${app}: ${zh.subject} / ${en.subject}`,
    text: `${inText(zh)}\n---\n\n${inText(en)}`,
    html: html`<!doctype html><html lang="zh-CN"><body>${inHtml(zh)}<hr><div lang="en">${inHtml(en)}</div></body></html>`.html,
  };
}
