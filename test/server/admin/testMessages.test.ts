import { describe, expect, it } from 'vitest';
import { adminHere } from '../../support/admin.ts';
import { freePort } from '../../support/command.ts';
import { startMailServer } from '../../support/mailServer.ts';
import { type ProviderName, refusedBy, secret, startSmsProvider } from '../../support/smsProvider.ts';

describe('send-test-mail', () => {
  const settings = { MAIL_FROM: 'Shop <no-reply@shop.example.com>', PUBLIC_URL: 'https://login.example.com' };
  const send = (env: Record<string, string>, to = 'mei@example.com') => adminHere(['send-test-mail', '--to', to, '--json'], env);

  it("sends a mail through SMTP_URL, and prints the mail server's answer", async () => {
    const { url, received } = await startMailServer();
    const { code, output, errors } = await send({ ...settings, SMTP_URL: url });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const { host } = new URL(url);
    expect(JSON.parse(output)).toEqual({
      sent: 'mei@example.com',
      from: settings.MAIL_FROM,
      through: host,
      answer: expect.stringMatching(/^250 /),
    });
    const texts = { text: expect.stringContaining('This is a test mail'), html: expect.stringMatching(/^<p>这是登录服务的测试邮件/) };
    expect(received).toMatchObject([{ subject: '测试邮件 / Test mail', to: [{ address: 'mei@example.com' }], ...texts }]);
  });

  it.each([
    ['SMTP_URL', 'no settings', {}, 'SMTP_URL: is not set'],
    ['MAIL_FROM', 'no sender', { SMTP_URL: 'smtp://127.0.0.1', PUBLIC_URL: settings.PUBLIC_URL }, 'MAIL_FROM: is needed with SMTP_URL'],
    ['PUBLIC_URL', 'a wrong one', { ...settings, SMTP_URL: 'smtp://127.0.0.1', PUBLIC_URL: 'login' }, 'PUBLIC_URL: must be the address'],
  ])('names %s with %s', async (_name, _case, env, message) => {
    expect(await send(env)).toEqual({ code: 1, output: '', errors: expect.stringContaining(message) });
  });

  it.each([
    [
      'the password',
      { authOptional: false, allowInsecureAuth: true, onAuth: refuse },
      '//shop:wrong@',
      'SMTP_URL: the mail server refused the user name',
    ],
    ['the sender', { onMailFrom: refuse }, '//', 'MAIL_FROM: the mail server does not send for this address'],
    ['the recipient', { onRcptTo: refuse }, '//', '--to: the mail server does not accept this recipient'],
  ])('says which setting to look at if the mail server refuses %s', async (_case, options, login, message) => {
    const { url, received } = await startMailServer(options);
    const { code, output, errors } = await send({ ...settings, SMTP_URL: url.replace('//', login) });
    expect({ code, output, errors }).toEqual({ code: 1, output: '', errors: expect.stringContaining(message) });
    expect(errors).toMatch(/"smtp_status":5\d\d/);
    expect(errors).not.toContain('wrong');
    expect(received).toEqual([]);
  });

  it('says that no mail server is there, and refuses what is not one address', async () => {
    const SMTP_URL = `smtp://127.0.0.1:${await freePort()}`;
    expect(await send({ ...settings, SMTP_URL })).toMatchObject({
      code: 1,
      errors: expect.stringContaining('SMTP_URL: the mail server cannot be reached'),
    });
    expect(await send({ ...settings, SMTP_URL }, 'mei')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('It must be one e-mail address.'),
    });
  });
});

/** Refuses a login, a sender or a recipient. */
function refuse(_subject: unknown, _session: unknown, done: (error: Error) => void): void {
  done(Object.assign(new Error('not for you'), { responseCode: 550 }));
}

describe.each(['aliyun', 'tencent'] as const)('send-test-sms through %s', (provider) => {
  const settings = {
    SMS_PROVIDER: provider,
    SMS_ACCESS_KEY_ID: 'id',
    SMS_ACCESS_KEY_SECRET: secret,
    SMS_SIGN_NAME: '云登录,小店',
    SMS_TEMPLATE_ID: '1110',
    SMS_SDK_APP_ID: '1400006666',
  };
  const send = (env: Record<string, string>, ...more: string[]) =>
    adminHere(['send-test-sms', '--to', '+86 138 0013 8000', '--json', ...more], env);

  it("sends a code, and prints the provider's id of the message", async () => {
    const { baseUrl: SMS_BASE_URL, messages } = await startSmsProvider(provider);
    const { code, output } = await send({ ...settings, SMS_BASE_URL }, '--signature', '2');
    const printed = JSON.parse(output);
    expect({ code, printed }).toEqual({
      code: 0,
      printed: { sent: '13800138000', code: expect.stringMatching(/^\d{6}$/), through: provider, answer: expect.stringMatching(/^\d+/) },
    });
    expect(messages).toEqual([{ to: '13800138000', sign: '小店', code: printed.code }]);
  });

  const refusals: Record<ProviderName, [string, string][]> = {
    aliyun: [
      ['isv.SMS_SIGNATURE_ILLEGAL', 'SMS_SIGN_NAME: the provider refused'],
      ['isv.AMOUNT_NOT_ENOUGH', "the account's balance: the provider refused"],
      ['isv.BUSINESS_LIMIT_CONTROL', '--to: the provider sends no more messages to this number now'],
      ['isv.NEVER_HEARD_OF', 'SMS_PROVIDER: the provider refused'],
    ],
    tencent: [
      ['FailedOperation.TemplateIncorrectOrUnapproved', 'SMS_TEMPLATE_ID: the provider refused'],
      ['InvalidParameterValue.SdkAppIdNotExist', 'SMS_SDK_APP_ID: the provider refused'],
      ['InvalidParameterValue.IncorrectPhoneNumber', '--to: the provider does not send to this number'],
      ['constructor', 'SMS_PROVIDER: the provider refused'],
    ],
  };
  it.each(refusals[provider])('says which setting to look at after %s', async (refusal, message) => {
    const { baseUrl: SMS_BASE_URL } = await startSmsProvider(provider, { body: refusedBy(provider, refusal) });
    expect(await send({ ...settings, SMS_BASE_URL })).toEqual({ code: 1, output: '', errors: expect.stringContaining(message) });
  });

  it('says which setting is wrong or missing', async () => {
    const { baseUrl: SMS_BASE_URL } = await startSmsProvider(provider);
    const errorsOf = async (env: Record<string, string>, ...more: string[]) =>
      (await send({ ...settings, SMS_BASE_URL, ...env }, ...more)).errors;
    expect(await errorsOf({ SMS_ACCESS_KEY_SECRET: 'mistyped' })).toContain('SMS_ACCESS_KEY_SECRET: the provider refused');
    expect(await errorsOf({ SMS_TEMPLATE_ID: '' })).toBe('SMS_TEMPLATE_ID: is needed with SMS_PROVIDER\n');
    expect(await errorsOf({ SMS_PROVIDER: '' })).toBe('SMS_PROVIDER: is not set, so this server sends no SMS\n');
    expect(await errorsOf({}, '--signature', '3')).toBe('--signature: SMS_SIGN_NAME has 2\n');
    expect(await errorsOf({}, '--to', '12')).toContain('--to: is not a phone number');
    expect(await errorsOf({ SMS_BASE_URL: `http://127.0.0.1:${await freePort()}` })).toContain(
      'SMS_PROVIDER: the provider cannot be reached',
    );
  });
});
