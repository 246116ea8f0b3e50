import type { LoginGrant } from './codes.ts';
import type { Outcome, Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { isBlocked, openidOf, unionidOf } from './people.ts';
import { signedProfile, watermarkOf } from './signedProfile.ts';

export type ErrorReply = { errcode: number; errmsg: string };

export interface JscodePage {
  platform: string;
  /** The platform's error for each refusal. */
  errors: Record<Refusal, ErrorReply>;
  /** The platform's error for a person whom it takes for a risk. */
  blocked: ErrorReply;
  /** The other fields of a successful reply. */
  success: Partial<ErrorReply>;
  avatarOf(name: string): string;
  /** The host's profile of an anonymous person. */
  placeholder: { nickName: string; avatarUrl: string };
}

/** A successful reply to an exchange. */
export const sessionOf = (platform: string, { sessionKey, appId, person }: LoginGrant) => ({
  session_key: sessionKey,
  openid: openidOf(platform, appId, person),
  unionid: unionidOf(platform, person),
});

/** Creates the pages of WeChat and QQ: `GET /sns/jscode2session`, and their hosts' profile. */
export const jscode2session = ({ platform, errors, blocked, success, avatarOf, placeholder }: JscodePage): SandboxPage => ({
  codeLifetime: 300,
  sessionKey: { length: 16, rotates: true },
  mount(router, counter) {
    const replyTo = (outcome: Outcome) => {
      if ('refused' in outcome) return errors[outcome.refused];
      return isBlocked(outcome.granted.person) ? blocked : { ...sessionOf(platform, outcome.granted), ...success };
    };
    router.get('/sns/jscode2session', async ({ query }, response) => {
      const appId = field(query, 'appid');
      const code = field(query, 'js_code');
      if (await counter.stumble(code, response)) return;
      const wrongApp = counter.checkApp(appId, field(query, 'secret'));
      const outcome = wrongApp ? { refused: wrongApp } : counter.exchange(code, appId ?? '');
      const reply = replyTo(outcome);
      // The real platforms send JSON as text/plain.
      response.type('text/plain').send(JSON.stringify(reply));
    });
  },
  profile(tap) {
    const { name, nickname: nickName, gender, city, province, country, anonymous } = tap.person;
    const userInfo = anonymous
      ? { gender: 0, language: '', city: '', province: '', country: '', ...placeholder }
      : { nickName, gender, language: 'zh_CN', city, province, country, avatarUrl: avatarOf(name) };
    return signedProfile(tap, userInfo, { openId: tap.openid, unionId: tap.unionid, watermark: watermarkOf(tap) });
  },
});
