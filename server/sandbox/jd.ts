import { sign } from '../platforms/jd.ts';
import type { Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf, unionidOf } from './people.ts';

const method = 'jingdong.miniapp.mixUserInfo';

const gatewayErrors: Partial<Record<Refusal, { code: string; zh_desc: string }>> = {
  app_unknown: { code: '21', zh_desc: '无效app_key' },
  secret_wrong: { code: '12', zh_desc: '无效签名' },
  rate_limited: { code: '2', zh_desc: '限制时间内调用失败次数' },
  busy: { code: '43', zh_desc: '系统处理错误' },
};

/** JD (docs/platforms.md, 5.1): one signed gateway for every method, with JD's spelling of the envelope. It returns no session key. */
export const jdPage: SandboxPage = {
  codeLifetime: 300,
  mount(router, counter) {
    router.post('/routerjson', async ({ body }, response) => {
      const { sign: signature, ...parameters } = body ?? {};
      const code = codeIn(field(parameters, '360buy_param_json'));
      if (await counter.stumble(code, response)) return;
      const refuse = (refusal: Refusal) => response.json({ error_response: gatewayErrors[refusal] });

      const { appId, appSecret } = counter.credentials;
      if (parameters.app_key !== appId) return void refuse('app_unknown');
      if (signature !== sign(parameters, appSecret)) return void refuse('secret_wrong');
      if (parameters.method !== method) {
        response.json({ error_response: { code: '15', zh_desc: '不存在的方法名' } });
        return;
      }

      const outcome = counter.exchange(code, appId);
      if ('refused' in outcome && gatewayErrors[outcome.refused]) return void refuse(outcome.refused);
      const result =
        'refused' in outcome
          ? { code: 10102, error: 'code已过期' }
          : {
              code: '0',
              mixUserInfo: {
                openId: openidOf('jd', appId, outcome.granted.person),
                xId: `o*${unionidOf('jd', outcome.granted.person)}`,
              },
            };
      response.json({ jingdong_miniapp_mixUserInfo_responce: { code: '0', result } });
    });
  },
  profile({ person }) {
    const { name, anonymous } = person;
    const { nickname: nickName, gender } = anonymous ? { nickname: '京东用户', gender: 0 as const } : person;
    const avatarUrl = `https://storage.360buyimg.com/i.imageUpload/${encodeURIComponent(name)}.jpg`;
    return { userInfo: { nickName, avatarUrl, gender, language: 'zh_CN' } };
  },
};

function codeIn(json = '{}'): string | undefined {
  try {
    return field(JSON.parse(json), 'code');
  } catch {
    return undefined;
  }
}
