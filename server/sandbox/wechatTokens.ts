import type { Request, Response, Router } from 'express';
import type { Counter, Refusal } from './counter.ts';
import type { ErrorReply } from './jscode2session.ts';
import { field } from './page.ts';
import type { StableTokens } from './stableTokens.ts';

export const errorsOfTokens = {
  expired: { errcode: 42001, errmsg: 'access_token expired' },
  unknown: { errcode: 40001, errmsg: 'invalid credential, access_token is invalid or not latest' },
};
const notJson = { errcode: 47001, errmsg: 'data format error' };

/** Finds the fault of a call that needs an access token and JSON; undefined if there is none. */
export type TokenFault = (request: Request) => ErrorReply | undefined;

/** Mounts `POST /cgi-bin/stable_token` (docs/platforms.md, 1.4). */
export function mountStableTokens(router: Router, counter: Counter, errors: Record<Refusal, ErrorReply>, tokens: StableTokens): TokenFault {
  router.post('/cgi-bin/stable_token', ({ body }: Request, response: Response) => {
    const wrongApp = counter.checkApp(field(body, 'appid'), field(body, 'secret'));
    if (wrongApp) response.json(errors[wrongApp]);
    else if (field(body, 'grant_type') !== 'client_credential') response.json({ errcode: 40002, errmsg: 'invalid grant_type' });
    else response.json(tokens.issue(body.force_refresh === true));
  });
  return (request) => {
    const token = tokens.check(field(request.query, 'access_token'));
    if (token !== 'good') return errorsOfTokens[token];
    return request.is('json') ? undefined : notJson;
  };
}
