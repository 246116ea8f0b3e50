/** The sentences of the client's reference that are not docstrings. */
import type { MessageLanguage } from '../../client/messages.ts';
import { displayNames } from '../../server/platforms/index.ts';
import type { Language } from '../translations/derivedTexts.ts';
import type { ClientPlatform } from './support.ts';

interface PageTexts {
  title: string;
  otherLanguage: string;
  intro: string;
  partial: string;
  partialIntro: string;
  verb: string;
  account: string;
  merges: string;
  scans: string;
  user: string;
  own: string;
  ownIntro: string;
  types: string;
  typesIntro: string;
  extends: string;
  field: string;
  type: string;
  meaning: string;
  deprecated: string;
  errors: string;
  errorsAnchor: string;
  errorsTitle: string;
  errorsIntro: string;
  fieldsIntro: string;
  operations: string;
  comma: string;
  code: string;
  message: string;
  shown: string;
  shownOther: string;
  ownLanguage: MessageLanguage;
  platforms: Record<ClientPlatform, string>;
}

export const pageTexts: Record<Language, PageTexts> = {
  en: {
    title: 'Client reference',
    otherLanguage: '[中文](client.zh-CN.md)',
    intro: `Every call of the [client](../client/README.md), on every platform. \`npm run generate\` writes this page from the types and docstrings in \`client/\`.

A call that returns a promise rejects with an [\`HError\`](#errors). Besides the codes that it names here, it may reject with 600 or 601 if
the network or the host fails, with 602 before \`init\`, with 605 for an argument of the wrong type, and with the HTTP status of the server's refusal, which
has an \`error_code\` of the [contract](protocol.md#errors).`,
    partial: 'Calls that some platforms lack',
    partialIntro:
      'They are there on every platform, and reject with 611 where the table has no mark. All others work everywhere. `auth.login` without credentials is meant; with a name and a password it works on the web as well.',
    verb: 'call',
    account: "The person's own account",
    merges: 'Merges of two accounts',
    scans: 'Scan to log in',
    user: 'The current user',
    own: 'Calls of each platform',
    ownIntro: 'The names of the published SDK. The calls above do the same on every platform.',
    types: 'Options and results',
    typesIntro: 'A type that is not here is the schema of that name in the contract: the server shows it at `/docs`.',
    extends: 'With the fields of ',
    field: 'field',
    type: 'type',
    meaning: 'meaning',
    deprecated: 'Deprecated: ',
    errors: 'Errors: ',
    errorsAnchor: 'errors',
    errorsTitle: 'Errors',
    errorsIntro:
      '`code` is one of these, or the HTTP status. `messageFor(error)` returns the text for the person, for these and for every `error_code`.',
    fieldsIntro: 'Further fields of an error:',
    operations: 'Operations: ',
    comma: ', ',
    code: 'code',
    message: 'message',
    shown: 'what the person is shown',
    shownOther: 'in Chinese',
    ownLanguage: 'en',
    platforms: { ...displayNames('en'), web: 'Web' },
  },
  'zh-CN': {
    title: '客户端参考',
    otherLanguage: '[English](client.md)',
    intro: `[客户端](../client/README.zh-CN.md)在各平台上的所有方法。本页由 \`npm run generate\` 根据 \`client/\` 中的类型和注释生成。

返回 Promise 的方法失败时，错误是 [\`HError\`](#错误)。除各方法列出的错误码外，还可能是：网络或宿主出错时的 600、601，调用 \`init\` 之前的 602，参数类型错误的 605，
以及服务端拒绝时的 HTTP 状态码，此时 \`error_code\` 是[契约](protocol.zh-CN.md#错误)中的错误码。`,
    partial: '部分平台没有的方法',
    partialIntro:
      '这些方法在每个平台上都存在，表中没有标记的平台返回错误 611。其他方法在所有平台上可用。`auth.login` 指不带账号密码的登录；带账号密码时网页也可用。',
    verb: '方法',
    account: '用户自己的账号',
    merges: '合并两个账号',
    scans: '扫码登录',
    user: '当前用户',
    own: '各平台自己的方法',
    ownIntro: '名称与知晓云 SDK 相同。上面的方法在每个平台上效果相同。',
    types: '选项与结果',
    typesIntro: '这里没有列出的类型是契约中同名的 schema，见服务端的 `/docs`。',
    extends: '并包含以下类型的字段：',
    field: '字段',
    type: '类型',
    meaning: '含义',
    deprecated: '已废弃：',
    errors: '错误：',
    errorsAnchor: '错误',
    errorsTitle: '错误',
    errorsIntro: '`code` 是下列错误码之一，或 HTTP 状态码。`messageFor(error)` 返回给用户看的文字，适用于这些错误码和所有 `error_code`。',
    fieldsIntro: '错误的其他字段：',
    operations: '接口：',
    comma: '、',
    code: 'code',
    message: 'message',
    shown: '给用户的提示',
    shownOther: '英文提示',
    ownLanguage: 'zh',
    // A table has a column for each.
    platforms: { ...displayNames('zh'), bytedance: '抖音', web: '网页' },
  },
};
