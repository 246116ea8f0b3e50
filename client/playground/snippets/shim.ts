import { isStranger, type PersonKey } from '../people.ts';
import { type Device, factsOf, isPlatform, namespaceOf, verbsOf } from '../platforms.ts';
import { isEvent } from '../presses/events.ts';
import { clientId, serverRoot } from '../server.ts';
import type { Entry } from '../state.ts';
import type { Press } from '../steps.ts';

/** The app's code behind a press, with the platform's client. */
export function shimCodeOf({ step: { phone: device, press, other = device }, person, wasLoggedIn }: Entry): string {
  const code = codeOf(device, press, { person, other, wasLoggedIn });
  return isEvent(press) ? code : `${namespaceOf(device)}.BaaS.init('${clientId}', { host: '${serverRoot}' })\n\n${code}`;
}

interface Circumstances {
  person: PersonKey;
  other: Device;
  wasLoggedIn: boolean;
}

function codeOf(device: Device, press: Press, { person, other, wasLoggedIn }: Circumstances): string {
  const { phone, asksForCode, loginCall = 'login' } = factsOf(device);
  const host = namespaceOf(device);
  const { login, link } = isPlatform(device) ? verbsOf(device) : { login: 'login', link: 'link' };
  const auth = `${host}.BaaS.auth`;
  const options = isStranger(person) ? '{ createUser: false }' : '';
  const mergeCode = (ticket: string) => `const { mine, theirs, conflicts } = await ${auth}.previewMerge(${ticket})
const choices = await askPerson(mine, theirs, conflicts)
await ${auth}.merge(${ticket}, choices)`;
  const codes: Record<Press, string> = {
    login: `${auth}.${login}(${options && `null, ${options}`})`,
    profile: asksForCode
      ? `${auth}.${login}({ forceLogin: true })`
      : `// <button open-type="getUserInfo" bindgetuserinfo="share">\nshare(event) {\n  return ${auth}.${login}(event)\n}`,
    phone: phoneCode(),
    link: `const user = await ${auth}.getCurrentUser()
user.${link}().catch(async (error) => {
  if (!error.merge_ticket) throw error
  ${mergeCode('error.merge_ticket').replaceAll('\n', '\n  ')}
})`,
    merge: `const { merge_ticket } = await ${auth}.createMergeTicket({ platform: '${device}', code })\n${mergeCode('merge_ticket')}`,
    link_all: '',
    unlink: `const { data } = await ${auth}.listIdentities()
const identity = data.objects.find(({ platform }) => platform === '${other}')
await ${auth}.unlinkIdentity(identity.id)`,
    refresh: `${auth}.refreshSession()`,
    sms: `${host}.BaaS.sendSmsCode({ phone })`,
    sms_login: `${auth}.loginWithSmsVerificationCode(phone, code${options && `, ${options}`})`,
    mail: `const user = await ${auth}.getCurrentUser()\nawait user.setEmail(email, { sendVerificationEmail: true })`,
    register: wasLoggedIn
      ? `const user = await ${auth}.getCurrentUser()\nawait user.setAccount({ username, password })`
      : `${auth}.register({ username, password })`,
    avatar: pictureCode(),
    name: `// <input type="nickname" bindblur="enter">\nenter(event) {\n  return ${auth}.setProfile({ nickname: event.detail.value })\n}`,
    password_login: `${auth}.login({ username, password })`,
    anonymous: `${auth}.anonymousLogin()`,
    list: '// The other clients have no list: see TypeScript.',
    qr: `const shown = await ${auth}.startScanLogin()
image.src = shown.picture ?? qrCodeOf(shown.link) // with shown.check_code below it
const user = await shown.wait((status) => { hint.hidden = status !== 'scanned' })`,
    scan: `// The page that the code opens
async onLoad(query) {
  this.query = query
  this.setData(await ${auth}.openScanLogin(query))
},
confirm() { return ${auth}.confirmScanLogin(this.query, { checkCode: this.data.typed }) },
refuse() { return ${auth}.refuseScanLogin(this.query) },`,
    end_others: `${auth}.endOtherSessions()`,
    close: `${auth}.requestClosure()`,
    keep: `${auth}.cancelClosure()`,
    logout: `${auth}.logout()`,
    withdraw: '// No code of the app: the platform tells the server.',
    leave_platform: '// No code of the app: the platform tells the server.',
    refuse_picture: '// No code of the app: WeChat tells the server.',
    take_number: '// No code of the app: the carrier gives the number to another person.',
    alipay_user_id: '// No code of the app: Alipay decides which ids it reports.',
    alipay_both_ids: '// No code of the app: Alipay decides which ids it reports.',
    alipay_open_id: '// No code of the app: Alipay decides which ids it reports.',
    ban: '// No code of the app. An operator runs:\n// npm run admin -- ban-user --app shop --user 61736923 --reason "sells accounts"',
    unban: '// No code of the app. An operator runs:\n// npm run admin -- unban-user --app shop --user 61736923',
  };
  return codes[press];

  function phoneCode(): string {
    const verb = wasLoggedIn ? 'updatePhoneNumber' : login;
    if (phone === 'signed') return `${host}.getPhoneNumber({ success: (result) => ${auth}.${verb}(result) })`;
    return `// Before the tap: a later code changes the key that seals the number
${host}.${loginCall}({ success: (result) => this.code = result.code })

// <button open-type="getPhoneNumber" bindgetphonenumber="give">
give(event) {
  return ${auth}.${verb}(event, { code: this.code })
}`;
  }

  function pictureCode(): string {
    if (device !== 'wechat')
      return `${host}.chooseImage({ count: 1, success: ({ tempFilePaths: [path] }) => ${auth}.setProfile({ avatarPath: path }) })`;
    return `// <button open-type="chooseAvatar" bindchooseavatar="choose">\nchoose(event) {\n  return ${auth}.setProfile({ avatarPath: event.detail.avatarUrl })\n}`;
  }
}
