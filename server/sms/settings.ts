import * as z from 'zod';

const needed = z.string({ error: 'is needed with SMS_PROVIDER' });

/** Settings of the SMS sender, from the environment. */
export const smsEnvironment = z
  .object({
    SMS_PROVIDER: z.enum(['aliyun', 'tencent']),
    SMS_ACCESS_KEY_ID: needed,
    SMS_ACCESS_KEY_SECRET: needed,
    SMS_SIGN_NAME: needed,
    SMS_TEMPLATE_ID: needed,
    SMS_SDK_APP_ID: z.string().optional(),
    SMS_CODE_DIGITS: z.enum(['6', '8'], 'must be 6 or 8').optional(),
    SMS_REGION: z.string().default('ap-guangzhou'),
    SMS_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine(({ SMS_PROVIDER, SMS_SDK_APP_ID }) => SMS_PROVIDER !== 'tencent' || SMS_SDK_APP_ID, {
    path: ['SMS_SDK_APP_ID'],
    message: 'is needed with SMS_PROVIDER=tencent',
  })
  .transform(
    (env): SmsSettings => ({
      provider: env.SMS_PROVIDER,
      accessKeyId: env.SMS_ACCESS_KEY_ID,
      accessKeySecret: env.SMS_ACCESS_KEY_SECRET,
      signNames: env.SMS_SIGN_NAME.split(',').map((name) => name.trim()),
      templateId: env.SMS_TEMPLATE_ID,
      sdkAppId: env.SMS_SDK_APP_ID,
      ...(env.SMS_CODE_DIGITS && { codeDigits: Number(env.SMS_CODE_DIGITS) }),
      region: env.SMS_REGION,
      baseUrl: env.SMS_BASE_URL,
    }),
  );

export interface SmsSettings {
  provider: 'aliyun' | 'tencent';
  accessKeyId: string;
  accessKeySecret: string;
  /** The signatures that a message may carry, the default one first. */
  signNames: string[];
  /** A template with one parameter: the code. Aliyun's must be named `code`. */
  templateId: string;
  /** Maximum digits of the template; 6 (both providers' limit for a template of codes) if absent. */
  codeDigits?: number;
  /** Tencent's SmsSdkAppId. */
  sdkAppId: string | undefined;
  /** Tencent's region. */
  region: string;
  /** Address of a proxy, a simulator or another endpoint of the provider. */
  baseUrl: string | undefined;
}
