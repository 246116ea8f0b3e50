import type { Router } from 'express';
import type { Counter, Refusal } from './counter.ts';
import type { ErrorReply } from './jscode2session.ts';
import { field } from './page.ts';
import { openidOf, type Person } from './people.ts';
import type { TokenFault } from './wechatTokens.ts';

/** A phone number in WeChat's format, in which only foreign numbers have a country code. */
export const phoneInfoOf = ({ phone: { countryCode, number } }: Person) => ({
  phoneNumber: countryCode === '86' ? number : `+${countryCode}${number}`,
  purePhoneNumber: number,
  countryCode,
});

/** `POST /wxa/business/getuserphonenumber` (docs/platforms.md, 1.4). */
export function mountPhoneNumbers(router: Router, counter: Counter, errors: Record<Refusal, ErrorReply>, tokenFault: TokenFault): void {
  const { appId } = counter.credentials;
  router.post('/wxa/business/getuserphonenumber', async (request, response) => {
    const { body } = request;
    const code = field(body, 'code');
    if (await counter.stumble(code, response)) return;
    const fault = tokenFault(request);
    if (fault) return void response.json(fault);
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
