import * as z from 'zod';
import { openPhone, undocumentedPhoneWith } from './phone.ts';
import { definePlatform, platformSettings, sealedPhone } from './platform.ts';
import { parseReply } from './reply.ts';
import { isProfileField, kuaishouProfile, openSignedProfile } from './sealedProfile.ts';
import type { ErrorTable } from './upstream.ts';

const settings = platformSettings.extend({
  /** Kuaishou's server says no number, so a sealed one is believed unless the app wants it otherwise. */
  sealed_phone: sealedPhone.default('believed'),
  /** Names that the app's sealed numbers have beside the known ones (platforms.md, 4.3). Profile fields would let a profile pass for a number. */
  phone_fields: z
    .array(
      z
        .string()
        .min(1)
        .max(64)
        .refine((name) => !isProfileField(name), 'stands in profiles, which must not pass for numbers'),
    )
    .max(16)
    .default([]),
});

const outcome = z.object({ result: z.number(), error: z.unknown().optional(), error_msg: z.unknown().optional() });
const identity = z.object({ open_id: z.string().min(1).max(128), session_key: z.string().min(1).max(256) });

/**
 * Kuaishou documents these only for its token call, and none for a bad code, a quota or a busy server: what is not here counts as a
 * refused code, and `error_codes` can say better.
 */
const errors: ErrorTable = {
  '100200100': 'code_invalid',
  '100200101': 'app_misconfigured',
};

/** Kuaishou mini-programs (platforms.md, 4). `result` is 1 on success. */
export const kuaishou = definePlatform({
  settings,
  async exchangeCode(code, { app_id, app_secret, base_url }, upstream) {
    const json = await upstream.requestJson(new URL(`${base_url ?? 'https://open.kuaishou.com'}/oauth2/mp/code2session`), {
      method: 'POST',
      body: new URLSearchParams({ app_id, app_secret, js_code: code }),
    });
    const { result, error, error_msg } = parseReply(outcome, json);
    if (result !== 1) throw upstream.refusal(result, error_msg ?? error, errors, 'code_invalid');
    const { open_id, session_key } = parseReply(identity, json);
    return { openid: open_id, sessionKey: session_key };
  },
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, kuaishouProfile),
  phone(settings) {
    const shape = undocumentedPhoneWith(settings.phone_fields);
    return {
      sealed: settings.sealed_phone,
      read: (grant, holder, upstream) => openPhone(shape, grant, holder, settings, upstream.now()),
    };
  },
  unverified: 'Kuaishou documents what it answers to a wrong secret only for another call; a login of a real person makes sure',
});
