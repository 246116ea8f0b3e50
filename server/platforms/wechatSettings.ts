import * as z from 'zod';
import { filledIn, platformSettings, sealedPhone, secret } from './settings.ts';

/** `scan_code` of WeChat's entry, in WeChat's own words (docs/platforms.md, 1.8). */
export const scanCodeSettings = z.strictObject({
  /** The mini-program's page; its home page if absent. */
  page: z
    .string()
    .regex(
      /^[^/?#\s][^?#\s]{0,127}$/,
      'must be a page of the mini-program, like pages/scan/index: without a slash before it, and without a query',
    )
    .optional(),
  /** Whether the page must exist in the released mini-program. */
  check_path: z.boolean().default(true),
  env_version: z.enum(['release', 'trial', 'develop']).default('release'),
  /** Pixels. */
  width: z.int().min(280).max(1280).default(430),
});
export type ScanCodeSettings = z.infer<typeof scanCodeSettings>;

const pushToken = z
  .string()
  .regex(/^[A-Za-z0-9]{3,32}$/, 'must be the Token of the message push: 3 to 32 letters and digits')
  .meta({ secret: true });
const pushAesKey = z
  .string()
  .regex(/^[A-Za-z0-9]{43}$/, 'must be the EncodingAESKey of the message push: 43 letters and digits')
  .meta({ secret: true });

/** The third-party platform (第三方平台) that an app is authorised to, instead of having a secret (docs/platforms.md, 1.11). */
const component = z.strictObject({
  app_id: filledIn(128),
  app_secret: secret(512),
  /** Token and key of all its pushes, of which tickets are some: without them no call is possible. */
  push_token: pushToken,
  push_aes_key: pushAesKey,
  /** The result of the app's authorisation, for calls in the app's name. Without it there are none. */
  authorizer_refresh_token: secret(512).optional(),
});
export type ComponentSettings = z.infer<typeof component>;

export const wechatSettings = platformSettings
  .extend({
    app_secret: secret(512).optional(),
    component: component.optional(),
    /** WeChat's server gives the number for a phone code, so a sealed number verifies nothing unless the app opts in. */
    sealed_phone: sealedPhone.default('unproven'),
    /** Token and EncodingAESKey of the message push in WeChat's console. Without a token the server receives no pushes. */
    push_token: pushToken.optional(),
    push_aes_key: pushAesKey.optional(),
    /** The code of the mini-program that a page shows (`scan_login`). */
    scan_code: scanCodeSettings.optional(),
  })
  .superRefine(({ app_id, app_secret, component: platform, push_token, push_aes_key }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (!platform) {
      if (app_secret === undefined) refuse(['app_secret'], 'is missing: an app has a secret, or the component that it is authorised to');
      return;
    }
    if (app_secret !== undefined) refuse(['component'], 'must not be next to app_secret: an app has one or the other');
    if (platform.app_id === app_id) refuse(['component', 'app_id'], "must be the third-party platform's, which differs from the app's");
    const own = Object.entries({ push_token, push_aes_key }).find(([, value]) => value !== undefined);
    if (own) refuse([own[0]], `must not be next to component: WeChat pushes with component.${own[0]}`);
  });
export type WechatSettings = z.infer<typeof wechatSettings>;

/** Settings that calls to WeChat need. */
export type WechatCredentials = Pick<WechatSettings, 'app_id' | 'app_secret' | 'component' | 'base_url'>;

/** Whether the server can get an access token for calls in the app's name. */
export const hasAccessToken = ({ component: platform }: WechatCredentials): boolean =>
  platform === undefined || platform.authorizer_refresh_token !== undefined;
