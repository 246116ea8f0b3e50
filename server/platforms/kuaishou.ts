import * as z from 'zod';
import { openPhone, phoneInfo } from './phone.ts';
import { definePlatform, type PhoneReader, platformSettings } from './platform.ts';
import { parseReply } from './reply.ts';
import { openSignedProfile } from './sealedProfile.ts';
import type { ErrorTable } from './upstream.ts';

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
  settings: platformSettings,
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
  openProfile: openSignedProfile,
  unverified: 'Kuaishou documents what it answers to a wrong secret only for another call; a login of a real person makes sure',
});

export const readPhone: PhoneReader = async (grant, holder, settings) => openPhone(phoneInfo, grant, holder, settings);
