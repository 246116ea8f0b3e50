import type { errorCodes } from '../generated/errors.ts';

export type MessageLanguage = 'zh' | 'en';
type Message = Record<MessageLanguage, string>;

/** Faults of the app or the server, which the person cannot fix. */
const fault: Message = { zh: '出了点问题，请稍后再试', en: 'Something went wrong. Please try again later.' };
const retry: Message = { zh: '登录没有成功，请重试', en: 'The login did not work. Please try again.' };
const wait: Message = { zh: '操作太频繁，请稍后再试', en: 'Too many attempts. Please try again later.' };
const busy: Message = { zh: '服务繁忙，请稍后再试', en: 'The service is busy. Please try again later.' };
const login: Message = { zh: '请先登录', en: 'Please log in first.' };
const expired: Message = { zh: '登录已过期，请重新登录', en: 'Your login has expired. Please log in again.' };
const register: Message = { zh: '请先注册', en: 'Please register first.' };
const declined: Message = { zh: '你取消了授权', en: 'You did not give permission.' };
const authorize: Message = { zh: '授权信息已过期，请重新授权', en: 'The permission is out of date. Please grant it again.' };
const used: Message = { zh: '该平台账号已关联其他用户', en: 'This platform account belongs to another user.' };
const offline: Message = { zh: '网络连接失败，请检查网络', en: 'There is no connection. Please check your network.' };

/** Texts for people, by error code of the contract. */
const byCode: Record<keyof typeof errorCodes, Message> = {
  request_invalid: { zh: '填写的内容有误，请检查', en: 'Something is not filled in correctly. Please check.' },
  query_too_expensive: { zh: '查询范围太大，请缩小范围', en: 'The search is too wide. Please narrow it.' },
  code_invalid: retry,
  code_used: retry,
  auth_token_invalid: retry,
  code_foreign: { zh: '当前平台账号与登录的用户不一致', en: 'This platform account does not belong to the user who is logged in.' },
  signature_invalid: authorize,
  session_key_expired: authorize,
  sealed_data_invalid: authorize,
  phone_code_invalid: { zh: '获取手机号失败，请重新点击', en: 'The phone number could not be read. Please tap again.' },
  phone_already_bound: { zh: '已绑定其他手机号', en: 'Another phone number is set already.' },
  credentials_invalid: { zh: '账号或密码错误', en: 'The account or the password is wrong.' },
  sms_code_invalid: { zh: '验证码错误或已失效', en: 'The code is wrong or no longer valid.' },
  sms_rate_limited: { zh: '验证码发送太频繁，请稍后再试', en: 'Too many codes for this number. Please try again later.' },
  email_missing: { zh: '还没有填写邮箱', en: 'There is no e-mail address yet.' },
  phone_missing: { zh: '还没有填写手机号', en: 'There is no phone number yet.' },
  picture_invalid: { zh: '图片无法使用，请换一张', en: 'This picture cannot be used. Please choose another one.' },
  content_refused: { zh: '昵称包含不当内容，请换一个', en: 'This name is not allowed. Please choose another one.' },
  merge_ticket_invalid: { zh: '合并请求已失效，请重新验证另一个账号', en: 'The merge has expired. Please verify the other account again.' },
  check_code_invalid: {
    zh: '数字不正确，请刷新网页上的码后重新扫描',
    en: 'The digits are wrong. Refresh the code on the page, and scan it again.',
  },
  client_unknown: fault,
  session_required: login,
  session_invalid: expired,
  subject_token_invalid: expired,
  server_key_invalid: fault,
  scope_missing: fault,
  login_not_fresh: { zh: '为了账号安全，请重新登录后再操作', en: 'To keep your account safe, please log in again first.' },
  anonymous_forbidden: register,
  list_forbidden: fault,
  user_banned: { zh: '账号已被封禁，请联系客服', en: 'This account is banned. Please contact support.' },
  person_blocked: { zh: '平台限制了该账号登录', en: 'The platform does not let this account log in.' },
  request_denied: { zh: '该操作未被允许，请联系客服', en: 'This is not allowed. Please contact support.' },
  challenge_required: { zh: '请先完成安全验证', en: 'Please complete the security check first.' },
  profile_update_forbidden: fault,
  session_forbidden: login,
  merge_proof_needed: {
    zh: '仅凭手机号不能合并账号，请用密码或平台登录验证另一个账号',
    en: 'A phone number is not enough to merge accounts. Please verify the other account by its password or platform.',
  },
  user_not_found: { zh: '用户不存在', en: 'There is no such user.' },
  session_not_found: { zh: '该设备已退出登录', en: 'That device is logged out already.' },
  check_code_needed: { zh: '请输入网页上码下方的两位数字', en: 'Enter the two digits below the code on the page.' },
  scan_login_elsewhere: {
    zh: '网页与手机不在同一网络，不能登录',
    en: 'The page is not on the same network as this phone and cannot log in.',
  },
  scan_login_not_found: { zh: '码已失效，请刷新后重新扫描', en: 'The code is no longer valid. Refresh it, and scan it again.' },
  endpoint_not_found: fault,
  identity_not_linked: { zh: '该平台账号未关联', en: 'That platform account is not linked.' },
  identity_not_found: { zh: '还没有账号，请先注册或关联已有账号', en: 'There is no account yet. Register, or link an existing account.' },
  path_not_found: fault,
  login_method_disabled: { zh: '暂不支持这种登录方式', en: 'This way to log in is not available.' },
  method_not_allowed: fault,
  identity_taken: used,
  platform_already_linked: { zh: '已关联该平台的其他账号', en: 'Another account of this platform is linked already.' },
  identity_conflict: used,
  unionid_conflict: used,
  username_taken: { zh: '用户名已被使用', en: 'This username is taken.' },
  email_taken: { zh: '邮箱已被使用', en: 'This e-mail address is taken.' },
  phone_taken: { zh: '手机号已被使用', en: 'This phone number is taken.' },
  phone_sole_login: { zh: '该手机号已被其他用户使用，请联系客服', en: 'Another user has this phone number. Please contact support.' },
  scan_login_taken: { zh: '该码已被他人扫描，请刷新后重新扫描', en: 'Someone else has scanned this code. Refresh it, and scan it again.' },
  last_way_in: { zh: '这是唯一的登录方式，请先设置其他登录方式', en: 'This is the only way to log in. Please set another one first.' },
  merge_same_account: { zh: '这就是当前账号，无需合并', en: 'The other account is this account.' },
  merge_banned: { zh: '另一个账号已被封禁，不能合并', en: 'The other account is banned and cannot be merged.' },
  merge_closing: { zh: '账号正在注销，请先取消注销', en: 'One of the accounts is about to be closed. Cancel that first.' },
  merge_choice_missing: { zh: '两个账号的资料不一致，请选择要保留的内容', en: 'The two accounts differ. Please choose what to keep.' },
  merge_too_large: { zh: '两个账号的数据合在一起太多，无法合并', en: 'The two accounts have too much data to be merged.' },
  body_too_large: { zh: '内容太长', en: 'This is too long.' },
  media_type_unsupported: fault,
  rate_limited: wait,
  platform_rate_limited: wait,
  internal_error: fault,
  app_misconfigured: fault,
  platform_failed: busy,
  platform_busy: busy,
  hook_unavailable: busy,
  delivery_unavailable: { zh: '发送失败，请稍后再试', en: 'The message could not be sent. Please try again later.' },
  store_unavailable: busy,
  content_unchecked: busy,
  platform_timeout: busy,
};

/** Messages by the client's own codes and by HTTP status, if an answer has no known code of the contract. */
const byNumber: Record<number, Message> = {
  401: expired,
  429: wait,
  502: busy,
  503: busy,
  504: busy,
  600: offline,
  601: offline,
  603: declined,
  604: login,
  612: register,
  613: declined,
  614: retry,
};

/**
 * A sentence for a person about a failed call, to show in place of `error.message`, which is for developers.
 *
 * @param error the rejection of a call, or the `error` of the typed client
 */
export function messageFor(error: unknown, language: MessageLanguage = 'zh'): string {
  const { error_code, code }: { error_code?: unknown; code?: unknown } = Object(error);
  const name = typeof code === 'string' ? code : error_code;
  const message = own(byCode, name) || own(byNumber, code) || fault;
  return message[language];
}

const own = (table: Record<string, Message>, key: unknown): Message | undefined =>
  Object.keys(table).indexOf(String(key)) >= 0 ? table[String(key)] : undefined;
