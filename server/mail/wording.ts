import { displayNames } from '../platforms/index.ts';
import type { MailLinkKind } from '../store/schema.ts';

/** Texts of the landing pages. */
export interface Wording {
  lang: string;
  /** @param address the e-mail address; @param app the app's display name */
  forms: Record<MailLinkKind, { title: string; lead(address: string, app: string): string; button: string }>;
  /** Introduces the other ways to log in, which the page for a new password can remove. */
  otherWays: Record<MailLinkKind, string>;
  platforms: Readonly<Record<string, string>>;
  /** @param platform the platform's display name; @param day of the link */
  linkedSince(platform: string, day: string): string;
  registeredOn(day: string): string;
  /** @param numbers masked */
  phone(numbers: string): string;
  newPassword: string;
  passwordAgain: string;
  passwordsDiffer: string;
  passwordLength: string;
  done: Record<MailLinkKind, Notice>;
  gone: Notice;
  incomplete: Notice;
  taken: Notice;
  lastWayIn: Notice;
  fault: Notice;
}

export interface Notice {
  title: string;
  text: string;
}

const zh: Wording = {
  lang: 'zh-CN',
  forms: {
    verification: { title: '验证邮箱', lead: (address, app) => `确认 ${address} 是您在「${app}」使用的邮箱。`, button: '确认' },
    reset: { title: '重置密码', lead: (address, app) => `为「${app}」的账号 ${address} 设置新密码。`, button: '设置新密码' },
  },
  otherWays: {
    verification: '确认后，这个邮箱就属于一个还能用以下方式登录的账号。如果其中有您不认识的，请不要确认：',
    reset: '这个账号还能用以下方式登录。请勾选您不认识的，设置新密码时会一并取消：',
  },
  platforms: displayNames('zh'),
  linkedSince: (platform, day) => `${platform}（${day} 关联）`,
  registeredOn: (day) => `${day} 注册的账号`,
  phone: (numbers) => `手机号 ${numbers}`,
  newPassword: '新密码（6 至 128 个字符）',
  passwordAgain: '再输入一次',
  passwordsDiffer: '两次输入的密码不一致，请重新输入。',
  passwordLength: '密码须为 6 至 128 个字符。',
  done: {
    verification: { title: '邮箱已验证', text: '您可以关闭此页面，回到小程序。' },
    reset: { title: '新密码已生效', text: '所有设备均已退出登录，请用新密码重新登录。' },
  },
  gone: { title: '链接已失效', text: '此链接已使用、已过期，或已被更新的链接取代。请重新申请。' },
  incomplete: { title: '链接不完整', text: '请从邮件中复制完整的链接，再打开一次。' },
  taken: { title: '无法验证', text: '此邮箱已由另一个账号验证。' },
  lastWayIn: { title: '无法取消', text: '取消后将没有任何方式可以登录这个账号。请返回，只勾选一部分。' },
  fault: { title: '出错了', text: '请稍后再试。' },
};

const en: Wording = {
  lang: 'en',
  forms: {
    verification: {
      title: 'Verify your e-mail address',
      lead: (address, app) => `Confirm that ${address} is the address that you use with ${app}.`,
      button: 'Confirm',
    },
    reset: {
      title: 'Reset your password',
      lead: (address, app) => `Set a new password for the account ${address} with ${app}.`,
      button: 'Set the new password',
    },
  },
  otherWays: {
    verification:
      'The address will belong to an account with these other login methods. If you do not recognise one of them, do not confirm:',
    reset: 'This account also has these login methods. Tick the ones that you do not recognise, to remove them with the old password:',
  },
  platforms: displayNames('en'),
  linkedSince: (platform, day) => `${platform} (linked on ${day})`,
  registeredOn: (day) => `The account registered on ${day}`,
  phone: (numbers) => `Phone number ${numbers}`,
  newPassword: 'New password (6 to 128 characters)',
  passwordAgain: 'Repeat the new password',
  passwordsDiffer: 'The two passwords differ. Type them again.',
  passwordLength: 'The password must have 6 to 128 characters.',
  done: {
    verification: { title: 'Your address is verified', text: 'You can close this page and go back to the app.' },
    reset: { title: 'Your new password is set', text: 'You were logged out on all devices. Log in with the new password.' },
  },
  gone: { title: 'This link no longer works', text: 'It was used, has expired, or was replaced by a newer one. Request another.' },
  incomplete: { title: 'This link is incomplete', text: 'Copy the whole link from the mail and open it again.' },
  taken: { title: 'This address cannot be verified', text: 'Another account has verified it.' },
  lastWayIn: { title: 'These cannot be removed', text: 'No login method would be left. Go back and tick fewer.' },
  fault: { title: 'Something went wrong', text: 'Try again later.' },
};

export const wordings = { zh, en };
