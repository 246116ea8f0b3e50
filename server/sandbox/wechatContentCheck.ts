import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import type { Counter } from './counter.ts';
import { keepLatest } from './keepLatest.ts';
import { field } from './page.ts';
import type { TokenFault } from './wechatTokens.ts';

/** Seconds since a person's last use of the app after which WeChat checks nothing of theirs. */
const recently = 7200;

/** Parts of texts that the sandbox takes for improper, the first being WeChat's own example, and of those that a person should read. */
const improper = ['特3456书yuuo莞6543李zxcz蒜7782法fgnv级', '违规'];
const doubtful = ['疑似'];

const verdictOn = (text: string) => {
  const has = (part: string) => text.includes(part);
  if (improper.some(has)) return { suggest: 'risky', label: 20006 };
  return doubtful.some(has) ? { suggest: 'review', label: 20006 } : { suggest: 'pass', label: 100 };
};

/**
 * `POST /wxa/msg_sec_check` and `POST /wxa/media_check_async` (docs/platforms.md, 1.7). The verdict on a picture is pushed when
 * `POST /{platform}/push` says so.
 */
export function mountContentChecks(router: Router, counter: Counter, tokenFault: TokenFault): void {
  const mount = (path: string, check: (openid: string, body: Record<string, unknown>) => object) =>
    router.post(path, async (request, response) => {
      if (await counter.stumble(undefined, response)) return;
      const fault = tokenFault(request) ?? faultOf(request.body, counter);
      response.json(fault ?? { errcode: 0, errmsg: 'ok', ...check(String(field(request.body, 'openid')), request.body) });
    });
  mount('/wxa/msg_sec_check', (_openid, body) => ({
    result: verdictOn(field(body, 'content') ?? ''),
    detail: [],
    trace_id: randomUUID(),
  }));
  mount('/wxa/media_check_async', (openid) => {
    const trace_id = randomUUID();
    keepLatest(counter.pictureChecks, openid, trace_id);
    return { trace_id };
  });
}

function faultOf(body: Record<string, unknown>, { lastUseOf, now }: Counter) {
  const openid = field(body, 'openid');
  if (openid === undefined) return { errcode: 40003, errmsg: 'invalid openid' };
  if (body.version !== 2 || body.scene !== 1) return { errcode: 40129, errmsg: 'invalid scene' };
  const lastUse = lastUseOf(openid);
  return lastUse !== undefined && lastUse < now() - recently ? { errcode: 61010, errmsg: 'code is expired' } : undefined;
}
