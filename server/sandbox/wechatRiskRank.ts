import type { Router } from 'express';
import type { Counter } from './counter.ts';
import { field } from './page.ts';
import { openidOf } from './people.ts';
import type { TokenFault } from './wechatTokens.ts';

/** Seconds after a person's last use of the app for which WeChat rates that person. */
const recently = 1800;

/** The person whom WeChat takes for the riskiest, and one who is a little less so. */
const ranks = { rascal: 4, rogue: 3 } as const;

/** `POST /wxa/getuserriskrank` (docs/platforms.md, 1.9). */
export function mountRiskRanks(router: Router, counter: Counter, tokenFault: TokenFault): void {
  const { appId } = counter.credentials;
  const rankOf = new Map<string, number>(Object.entries(ranks).map(([person, rank]) => [openidOf('wechat', appId, person), rank]));
  router.post('/wxa/getuserriskrank', async (request, response) => {
    if (await counter.stumble(undefined, response)) return;
    const fault = tokenFault(request) ?? faultOf(request.body, counter);
    if (fault) return void response.json(fault);
    const risk_rank = rankOf.get(field(request.body, 'openid') ?? '') ?? 0;
    response.json({ errcode: 0, errmsg: 'getuserriskrank succ', risk_rank, unoin_id: 201 });
  });
}

function faultOf(body: Record<string, unknown>, { credentials, lastUseOf, now }: Counter) {
  const openid = field(body, 'openid');
  if (field(body, 'appid') !== credentials.appId) return { errcode: 40013, errmsg: 'invalid appid' };
  if (openid === undefined || field(body, 'client_ip') === undefined) return { errcode: 40003, errmsg: 'invalid openid' };
  const lastUse = lastUseOf(openid);
  return lastUse === undefined || lastUse < now() - recently ? { errcode: 61010, errmsg: 'code is expired' } : undefined;
}
