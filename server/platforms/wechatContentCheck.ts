import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { verdictOf } from './contentVerdict.ts';
import { throwErrcode } from './errcodes.ts';
import type { ErrorTable } from './errorTable.ts';
import type { ContentCheck, Upstream } from './platform.ts';
import { postWithToken } from './wechatCalls.ts';
import { tokenCallErrors } from './wechatRequests.ts';
import type { WechatCredentials } from './wechatSettings.ts';

/** The version of both calls, and the scene of a profile. */
const terms = { version: 2, scene: 1 };
/** `media_type` of a picture. */
const picture = 2;

const textReply = z.object({ result: z.object({ suggest: z.string() }) });
const pictureReply = z.object({ trace_id: z.string().min(1).max(128) });

/** 61010: the person has not used the app for two hours. 87014: how the first version refused. */
const checkErrors: ErrorTable = {
  ...tokenCallErrors,
  '44991': 'platform_rate_limited',
  '61010': 'login_not_fresh',
  '87014': 'content_refused',
};

/** WeChat's checks of content (docs/platforms.md, 1.7). */
export function wechatContentCheck(settings: WechatCredentials): ContentCheck {
  const post = async (path: string, body: object, upstream: Upstream) => {
    const json = await postWithToken(path, { ...terms, ...body }, settings, upstream);
    throwErrcode(json, upstream, checkErrors);
    return json;
  };
  return {
    async checkText(content, openid, upstream) {
      const json = await post('/wxa/msg_sec_check', { openid, content }, upstream);
      return verdictOf(parseReply(textReply, json).result.suggest);
    },
    async requestPictureCheck(media_url, openid, upstream) {
      const json = await post('/wxa/media_check_async', { openid, media_url, media_type: picture }, upstream);
      return parseReply(pictureReply, json).trace_id;
    },
  };
}
