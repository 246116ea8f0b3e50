import * as z from 'zod';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { throwErrcode } from './errcodes.ts';
import type { ErrorTable } from './errorTable.ts';
import type { RiskRank } from './platform.ts';
import { postWithToken } from './wechatCalls.ts';
import { tokenCallErrors } from './wechatRequests.ts';
import type { WechatCredentials } from './wechatSettings.ts';

/** `scene` of a registration. */
const registration = 0;

const reply = z.object({ risk_rank: looseNumber.pipe(z.number().min(0).max(4)) });

/** 40003: not this app's openid. 43104: its person does not use the app. 61010: not in the last half hour. */
const rankErrors: ErrorTable = { ...tokenCallErrors, '40003': 'platform_failed', '43104': 'platform_failed', '61010': 'platform_failed' };

/** WeChat's rating of a person, from 0 to 4, the riskiest (docs/platforms.md, 1.9). */
export const wechatRiskRank = (settings: WechatCredentials): RiskRank => ({
  async rank({ openid, ip, phone }, upstream) {
    const body = { appid: settings.app_id, openid, scene: registration, client_ip: ip, ...(phone !== null && { mobile_no: phone }) };
    const json = await postWithToken('/wxa/getuserriskrank', body, settings, upstream);
    throwErrcode(json, upstream, rankErrors);
    return parseReply(reply, json).risk_rank;
  },
});
