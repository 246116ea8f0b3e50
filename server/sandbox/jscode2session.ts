import type { Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf, unionidOf } from './people.ts';

type ErrorReply = { errcode: number; errmsg: string };

/**
 * `GET /sns/jscode2session`, which WeChat and QQ share.
 *
 * @param errors the platform's words for each refusal
 * @param success what stands beside the ids in a good reply
 */
export const jscode2session = (platform: string, errors: Record<Refusal, ErrorReply>, success: Partial<ErrorReply>): SandboxPage => ({
  codeLifetime: 300,
  sessionKeyLength: 16,
  mount(router, counter) {
    router.get('/sns/jscode2session', async ({ query }, response) => {
      const appId = field(query, 'appid');
      const code = field(query, 'js_code');
      if (await counter.stumble(code, response)) return;
      const wrongApp = counter.checkApp(appId, field(query, 'secret'));
      const outcome = wrongApp ? { refused: wrongApp } : counter.exchange(code, appId ?? '');
      const reply =
        'refused' in outcome
          ? errors[outcome.refused]
          : {
              session_key: outcome.granted.sessionKey,
              openid: openidOf(platform, outcome.granted.appId, outcome.granted.person),
              unionid: unionidOf(platform, outcome.granted.person),
              ...success,
            };
      // The live service answers JSON as text.
      response.type('text/plain').send(JSON.stringify(reply));
    });
  },
});
