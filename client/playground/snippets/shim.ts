import { isStranger } from '../people.ts';
import { factsOf, namespaceOf, verbsOf } from '../platforms.ts';
import { clientId, serverRoot } from '../server.ts';
import type { Entry } from '../state.ts';

/** The app's code behind a press, with the platform's client. */
export function shimCodeOf({ step: { phone: platform, press, other = platform }, person, wasLoggedIn }: Entry): string {
  const { phone, asksForCode, loginCall } = factsOf(platform);
  const host = namespaceOf(platform);
  const { login, link } = verbsOf(platform);
  const auth = `${host}.BaaS.auth`;
  const options = isStranger(person) ? '{ createUser: false }' : '';
  const code = {
    login: `${auth}.${login}(${options && `null, ${options}`})`,
    profile: asksForCode
      ? `${auth}.${login}({ forceLogin: true })`
      : `// <button open-type="getUserInfo" bindgetuserinfo="share">\nshare(event) {\n  return ${auth}.${login}(event)\n}`,
    phone: phoneCode(),
    link: `// In a session of the account, opened with a password or an SMS code
const user = await ${auth}.getCurrentUser()
user.${link}().catch(async (error) => {
  if (!error.merge_ticket) throw error
  const { mine, theirs, conflicts } = await ${auth}.previewMerge(error.merge_ticket)
  const choices = await askPerson(mine, theirs, conflicts)
  return ${auth}.merge(error.merge_ticket, choices)
})`,
    link_all: '',
    unlink: `const { data } = await ${auth}.listIdentities()
const identity = data.objects.find(({ platform }) => platform === '${other}')
await ${auth}.unlinkIdentity(identity.id)`,
    refresh: `${auth}.refreshSession()`,
    sms: `${host}.BaaS.sendSmsCode({ phone })`,
    sms_login: `${auth}.loginWithSmsVerificationCode(phone, code${options && `, ${options}`})`,
    mail: `const user = await ${auth}.getCurrentUser()\nawait user.setEmail(email, { sendVerificationEmail: true })`,
    register: `const user = await ${auth}.getCurrentUser()\nawait user.setAccount({ username, password })`,
    name: `// <input type="nickname" bindblur="enter">\nenter(event) {\n  return ${auth}.setProfile({ nickname: event.detail.value })\n}`,
    withdraw: '// No code of the app: the platform tells the server.',
    password_login: `${auth}.login({ username, password })`,
    close: `${auth}.requestClosure()`,
    keep: `${auth}.cancelClosure()`,
    logout: `${auth}.logout()`,
  }[press];
  return `${host}.BaaS.init('${clientId}', { host: '${serverRoot}' })\n\n${code}`;

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
}
