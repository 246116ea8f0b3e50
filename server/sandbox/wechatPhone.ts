import type { Router } from 'express';
import type { Counter, Refusal } from './counter.ts';
import type { ErrorReply } from './jscode2session.ts';
import { field } from './page.ts';
import { openidOf, type Person } from './people.ts';
import { createStableTokens } from './stableTokens.ts';

/** A phone number in WeChat's format, in which only foreign numbers have a country code. */
export const phoneInfoOf = ({ phone: { countryCode, number } }: Person) => ({
  phoneNumber: countryCode === '86' ? number : `+${countryCode}${number}`,
  purePhoneNumber: number,
  countryCode,
});

const tokenErrors = {
  expired: { errcode: 42001, errmsg: 'access_token expired' },
  unknown: { errcode: 40001, errmsg: 'invalid credential, access_token is invalid or not latest' },
};

/** `POST /cgi-bin/stable_token` and `POST /wxa/business/getuserphonenumber` (docs/platforms.md, 1.4). */
export function mountPhoneNumbers(router: Router, counter: Counter, errors: Record<Refusal, ErrorReply>): void {
  const tokens = createStableTokens(counter.now);
  const { appId } = counter.credentials;

  router.post('/cgi-bin/stable_token', ({ body }, response) => {
    const wrongApp = counter.checkApp(field(body, 'appid'), field(body, 'secret'));
    if (wrongApp) response.json(errors[wrongApp]);
    else if (field(body, 'grant_type') !== 'client_credential') response.json({ errcode: 40002, errmsg: 'invalid grant_type' });
    else response.json(tokens.issue(body.force_refresh === true));
  });

  router.post('/wxa/business/getuserphonenumber', async (request, response) => {
    const { query, body } = request;
    const code = field(body, 'code');
    if (await counter.stumble(code, response)) return;
    const token = tokens.check(field(query, 'access_token'));
    if (token !== 'good') return void response.json(tokenErrors[token]);
    if (!request.is('json')) return void response.json({ errcode: 47001, errmsg: 'data format error' });
    const outcome = counter.exchangePhoneCode(code, appId);
    if ('refused' in outcome) return void response.json(errors[outcome.refused]);
    const { person } = outcome.granted;
    const openid = field(body, 'openid');
    if (openid !== undefined && openid !== openidOf('wechat', appId, person)) {
      return void response.json({ errcode: 40003, errmsg: 'invalid openid' });
    }
    const watermark = { timestamp: counter.now(), appid: appId };
    response.json({ errcode: 0, errmsg: 'ok', phone_info: { ...phoneInfoOf(counter.people.named(person)), watermark } });
  });
}
