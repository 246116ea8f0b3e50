/**
 * Template of a platform adapter: copy it to server/platforms/<name>.ts, replace what is marked, and shorten the imports from
 * `../server/platforms/` to `./` and from `../server/` to `../`. `npm run check:code` compiles it. The steps around it are in
 * docs/contributing/platform.md.
 */
import * as z from 'zod';
import { type ErrorTable, misconfigured } from '../server/platforms/errorTable.ts';
import { definePlatform } from '../server/platforms/platform.ts';
import { replyId, replyIdOrNone } from '../server/platforms/replyId.ts';
import { appSecretSettings } from '../server/platforms/settings.ts';
import { plainProfile } from '../server/platforms/userInfo.ts';
import { parseReply } from '../server/upstream/reply.ts';

/** The app's entry in `APPS_FILE`. Add the platform's own fields, if it has any; mark secrets with `secret` (server/platforms/settings.ts). */
const settings = appSecretSettings.extend({});

/** REPLACE: replies of the platform's code exchange. Describe the used fields only; platforms add others. */
const failure = z.object({ error_code: z.number(), error_message: z.string().optional() });
const success = z.object({
  // `replyId` refuses what no platform would send as a person's id (test/server/platforms/oddIds.test.ts tries it).
  openid: replyId,
  unionid: replyIdOrNone.optional(),
  session_key: z.string().min(1).max(256).optional(),
});

/** REPLACE: the platform's documented error codes, as errors of the contract (openapi/schemas/ErrorCode.yaml). */
const errors: ErrorTable = {
  1001: 'code_invalid',
  1002: 'code_used',
  1003: misconfigured('app_id and app_secret'),
  1004: 'platform_rate_limited',
};

/** REPLACE: the platform, with its section in docs/platforms.md. */
export const example = definePlatform({
  displayName: { en: 'Example', zh: '示例' },
  settings,

  /** Exchanges a login code. `base_url` lets tests and the sandbox replace the platform's address. */
  async exchangeCode(code, { app_id, app_secret, base_url }, upstream) {
    const url = new URL(`${base_url ?? 'https://api.example.com'}/code2session`);
    url.search = String(new URLSearchParams({ app_id, app_secret, code }));
    const json = await upstream.requestJson(url);
    const failed = failure.safeParse(json);
    if (failed.success) throw upstream.refusal(failed.data.error_code, failed.data.error_message, errors);
    const { openid, unionid, session_key } = parseReply(success, json);
    return { openid, ...(unionid && { unionid }), ...(session_key && { sessionKey: session_key }) };
  },

  /** Checks a profile. This platform seals none, so its plain `userInfo` is for display only. */
  openProfile: ({ userInfo }) => userInfo && plainProfile(userInfo),

  /** Parts of the answers to `check-apps` that the platform does not document. Leave it out if there are none. */
  unverified: 'the answer to a wrong secret is not documented; log in once with a real person',
});
