import type { ErrorCode } from '../errors.ts';

/** The ways in which a web login ends on a page of this server. */
export type Ending = 'incomplete' | 'gone' | 'otherBrowser' | 'declined' | 'preview' | 'refused' | 'busy' | 'misconfigured' | 'fault';

interface Wording {
  lang: string;
  endings: Record<Ending, { title: string; text: string }>;
  again: string;
  back: string;
  close: string;
}

const zh: Wording = {
  lang: 'zh-CN',
  endings: {
    incomplete: { title: '链接不完整', text: '此页面不能单独打开，请回到应用重新登录。' },
    gone: { title: '登录已失效', text: '这次登录已完成，或已超过 10 分钟。请重新登录。' },
    otherBrowser: {
      title: '请在同一个浏览器中登录',
      text: '这次登录不是在此浏览器中开始的，或浏览器没有保存 Cookie。请在此浏览器中重新登录；如果登录框嵌在网页里，请改用新窗口。',
    },
    declined: { title: '您没有同意登录', text: '没有登录，也没有保存任何内容。' },
    preview: {
      title: '请使用完整服务',
      text: '微信正在以预览方式显示此页面，给出的是临时的虚拟身份，不能用来登录。请点击页面底部的“使用完整服务”，再重新登录。',
    },
    refused: { title: '登录没有完成', text: '微信不接受这次登录：二维码或确认已过期，或已被使用。请重新登录。' },
    busy: { title: '微信繁忙', text: '微信暂时没有响应。请稍后重新登录。' },
    misconfigured: { title: '暂时不能用微信登录', text: '微信拒绝了此应用，只有应用的管理员能解决。请使用其他登录方式。' },
    fault: { title: '出错了', text: '请稍后重新登录。' },
  },
  again: '重新登录',
  back: '返回',
  close: '您也可以关闭此窗口，回到应用。',
};

const en: Wording = {
  lang: 'en',
  endings: {
    incomplete: { title: 'This link is incomplete', text: 'This page does not work by itself. Go back to the app and log in again.' },
    gone: { title: 'This login no longer works', text: 'It was completed, or began more than ten minutes ago. Log in again.' },
    otherBrowser: {
      title: 'Log in with one browser',
      text: 'This login did not begin in this browser, or the browser does not keep cookies. Log in again in this browser; if the login is in a frame of a page, use a new window instead.',
    },
    declined: { title: 'You did not agree to log in', text: 'You are not logged in, and nothing was stored.' },
    preview: {
      title: 'Use the full service',
      text: 'WeChat shows this page in its preview mode, with a temporary made-up identity, which cannot log in. Tap "使用完整服务" (use the full service) at the bottom of the page, then log in again.',
    },
    refused: {
      title: 'The login was not completed',
      text: 'WeChat rejected this login: the QR code or the consent has expired or was already used. Log in again.',
    },
    busy: { title: 'WeChat is busy', text: 'WeChat did not answer. Log in again in a moment.' },
    misconfigured: {
      title: 'You cannot log in with WeChat right now',
      text: 'WeChat rejected this app, and only its administrators can fix that. Log in another way.',
    },
    fault: { title: 'Something went wrong', text: 'Log in again in a moment.' },
  },
  again: 'Log in again',
  back: 'Go back',
  close: 'You can also close this window and go back to the app.',
};

export const wordings = { zh, en };

const endings: { readonly [Code in ErrorCode]?: Ending } = {
  code_invalid: 'refused',
  code_used: 'refused',
  person_blocked: 'refused',
  platform_busy: 'busy',
  platform_rate_limited: 'busy',
  platform_timeout: 'busy',
  platform_failed: 'busy',
  app_misconfigured: 'misconfigured',
};

/** The ending of a login that failed with an error. */
export const endingOf = (code: ErrorCode): Ending => endings[code] ?? 'fault';
