import type { OwnerNotice } from '../accounts/policy.ts';
import { undoWindow } from '../merging/snapshots.ts';
import type { MailLinkKind } from '../store/schema.ts';
import { html } from './html.ts';
import type { Mail } from './mailer.ts';

interface Wording {
  subject: string;
  /** The purpose of the link. */
  ask(app: string): string;
  /** Text of the link. */
  action: string;
  /** Lifetime of the link, and advice for recipients who did not request it. */
  note: string;
}

/** Every mail is in Chinese and English, because the reader's language is unknown. */
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
      note: 'The link works once and expires in 24 hours. If you did not request it, ignore this mail.',
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
      note: 'The link works once and expires in one hour. If you did not request it, ignore this mail: your password will not change.',
    },
  },
};

/** Days in which an operator can undo a merge. */
const undoDays = undoWindow / 86_400;

interface NoticeWording {
  subject: string;
  text(app: string): string;
}

const notices: Record<OwnerNotice, { zh: NoticeWording; en: NoticeWording }> = {
  email_changed: {
    zh: {
      subject: '邮箱地址正在更换',
      text: (app) =>
        `您在「${app}」的账号更换或删除了邮箱地址。新地址通过验证之前，您仍可用此邮箱登录和重置密码。如果不是您本人操作，请立即重置密码，并在重置页面移除您不认识的登录方式。`,
    },
    en: {
      subject: 'Your e-mail address is being changed',
      text: (app) =>
        `The e-mail address of your account with ${app} was changed or removed. Until a new address is verified, you can still log in and reset the password with this one. If this was not you, reset your password now and remove any login methods that you do not recognise on that page.`,
    },
  },
  email_replaced: {
    zh: {
      subject: '邮箱地址已更换',
      text: (app) => `您在「${app}」的账号已改用另一个通过验证的邮箱地址，此邮箱已不能用于登录或重置密码。如果不是您本人操作，请联系我们。`,
    },
    en: {
      subject: 'Your e-mail address was replaced',
      text: (app) =>
        `Your account with ${app} now has another, verified e-mail address. You can no longer log in or reset the password with this one. If this was not you, contact us.`,
    },
  },
  phone_changed: {
    zh: {
      subject: '手机号已变更',
      text: (app) => `您在「${app}」的账号更换或删除了手机号。如果不是您本人操作，请立即重置密码，并在重置页面移除您不认识的登录方式。`,
    },
    en: {
      subject: 'Your phone number was changed',
      text: (app) =>
        `The phone number of your account with ${app} was changed or removed. If this was not you, reset your password now and remove any login methods that you do not recognise on that page.`,
    },
  },
  phone_moved: {
    zh: {
      subject: '手机号已被他人验证',
      text: (app) =>
        `您在「${app}」使用的手机号已由另一个账号验证，不再属于您的账号；您的其他登录方式不受影响。如果这个号码仍是您的，请重新验证。`,
    },
    en: {
      subject: 'Your phone number now belongs to another account',
      text: (app) =>
        `Another account has verified the phone number that you used with ${app}, so you can no longer log in with it. Your other login methods still work. If the number is still yours, verify it again.`,
    },
  },
  identity_unlinked: {
    zh: {
      subject: '已解除一个平台账号的关联',
      text: (app) => `您在「${app}」的账号解除了与一个平台账号的关联，您将无法再用该平台账号登录。如果不是您本人操作，请立即重置密码。`,
    },
    en: {
      subject: 'A platform account was unlinked',
      text: (app) =>
        `A platform account was unlinked from your account with ${app} and can no longer be used to log in. If this was not you, reset your password now.`,
    },
  },
  accounts_merged: {
    zh: {
      subject: '两个账号已合并',
      text: (app) =>
        `您在「${app}」的账号已与另一个账号合并，两者现在是同一个账号，拥有合并时保留下来的登录方式和资料。如果不是您本人操作，请在 ${undoDays} 天内联系我们，在此期间可以撤销合并。`,
    },
    en: {
      subject: 'Two accounts were merged',
      text: (app) =>
        `Your account with ${app} was merged with another one: the two are one account now, with the login methods and data that were kept. If this was not you, contact us within ${undoDays} days, in which we can undo the merge.`,
    },
  },
  closure_requested: {
    zh: {
      subject: '账号即将注销',
      text: (app) =>
        `您在「${app}」的账号已申请注销。宽限期内登录后可以取消，到期后账号和数据将被永久删除。如果不是您本人操作，请立即登录并取消注销，然后重置密码。`,
    },
    en: {
      subject: 'Your account will be closed',
      text: (app) =>
        `The closure of your account with ${app} was requested. You can log in and cancel it until the grace period ends; after that, the account and its data are deleted permanently. If this was not you, log in now, cancel it and reset your password.`,
    },
  },
};

/** @param app the app's display name */
export function composeNotice(kind: OwnerNotice, app: string): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { zh, en } = notices[kind];
  return {
    subject: `${app}: ${zh.subject} / ${en.subject}`,
    text: `${zh.text(app)}\n\n---\n\n${en.text(app)}\n`,
    html: html`<!doctype html><html lang="zh-CN"><body><p>${zh.text(app)}</p><hr><p lang="en">${en.text(app)}</p></body></html>`.html,
  };
}

/** Distinguishes an account from others, in each language. */
export type Description = Record<'zh' | 'en', string>;

/** A link in a mail, and the description of its account. */
export interface MailedLink {
  url: string;
  description?: Description;
}

/** @param app the app's display name */
export function composeMail(kind: MailLinkKind, app: string, links: readonly MailedLink[]): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { zh, en } = wordings[kind];
  const inText = (language: keyof Description) => {
    const { ask, note } = wordings[kind][language];
    const lines = links.map(({ url, description }) => (description ? `${description[language]}\n${url}` : url));
    return `${ask(app)}\n\n${lines.join('\n\n')}\n\n${note}\n`;
  };
  const inHtml = (language: keyof Description) => {
    const { ask, action, note } = wordings[kind][language];
    const lines = links.map(
      ({ url, description }) => html`<p>${description ? html`${description[language]}<br>` : ''}<a href="${url}">${action}</a></p>`,
    );
    return html`<p>${ask(app)}</p>${lines}<p>${note}</p>`;
  };
  return {
    subject: `${app}: ${zh.subject} / ${en.subject}`,
    text: `${inText('zh')}\n---\n\n${inText('en')}`,
    html: html`<!doctype html><html lang="zh-CN"><body>${inHtml('zh')}<hr><div lang="en">${inHtml('en')}</div></body></html>`.html,
  };
}
