import * as z from 'zod';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { kuaishouPushes } from './kuaishouPushes.ts';
import { undocumentedPhone } from './phone.ts';
import { phoneFields } from './phoneFields.ts';
import { definePlatform } from './platform.ts';
import { replyId } from './replyId.ts';
import { kuaishouProfile, openSignedProfile } from './sealedProfile.ts';
import { appSecretSettings, sealedPhone } from './settings.ts';

const settings = appSecretSettings.extend({
  /** Kuaishou's server has no call that returns numbers, so sealed numbers are trusted by default. */
  sealed_phone: sealedPhone.default('believed'),
  /** See docs/platforms.md, 4.3. */
  phone_fields: phoneFields,
});

const outcome = z.object({ result: looseNumber, error: z.unknown().optional(), error_msg: z.unknown().optional() });
const identity = z.object({ open_id: replyId, session_key: z.string().min(1).max(256) });

/** Results of all OAuth calls of Kuaishou's open platform (KwaiOpenResultCode of its server SDK). */
export const kuaishouErrors: ErrorTable = {
  // A wrong parameter. The code is the only one that differs between users.
  '100200100': 'code_invalid',
  '100200101': misconfigured('app_id and app_secret'),
  '100200102': 'code_invalid',
  '100200105': 'code_invalid',
  '100200106': misconfigured("the app's rights in Kuaishou's console: it may not make this call"),
  '100200114': misconfigured('app_secret: the signature made with it is wrong'),
  '100200301': 'person_blocked',
  '100200410': 'platform_rate_limited',
  '100200500': 'platform_failed',
};

/** Kuaishou mini-programs (docs/platforms.md, 4). `result` is 1 on success. */
export const kuaishou = definePlatform({
  displayName: { en: 'Kuaishou', zh: '快手' },
  settings,
  async exchangeCode(code, { app_id, app_secret, base_url }, upstream) {
    const json = await upstream.requestJson(new URL(`${base_url ?? 'https://open.kuaishou.com'}/oauth2/mp/code2session`), {
      method: 'POST',
      body: new URLSearchParams({ app_id, app_secret, js_code: code }),
    });
    const { result, error, error_msg } = parseReply(outcome, json);
    if (result !== 1) throw upstream.refusal(result, error_msg ?? error, kuaishouErrors);
    const { open_id, session_key } = parseReply(identity, json);
    return { openid: open_id, sessionKey: session_key };
  },
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, kuaishouProfile),
  phone: (settings) => undocumentedPhone(settings),
  pushes: (settings) => kuaishouPushes(settings),
  unverified: 'Kuaishou documents the error for a wrong secret only for another call; only a real login shows whether the secret is right',
});
