import { createCipheriv, createHash, randomBytes, sign, verify } from 'node:crypto';
import type { Response } from 'express';
import * as z from 'zod';
import { signedText } from '../platforms/alipayGateway.ts';
import { readPrivateKey, readPublicKey } from '../platforms/rsaKeys.ts';
import { sandboxKeys } from './alipayKeys.ts';
import type { Counter, Refusal } from './counter.ts';
import { keepLatest } from './keepLatest.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf, unionidOf } from './people.ts';
import { contentOf, type Tap } from './tap.ts';

/** An answer of the gateway to a call that it refuses. */
interface Problem {
  code: string;
  msg: string;
  sub_code: string;
  sub_msg: string;
}

const invalidArguments = (sub_code: string, sub_msg: string): Problem => ({ code: '40002', msg: 'Invalid Arguments', sub_code, sub_msg });
const codeInvalid = invalidArguments('isv.code-invalid', '授权码code无效');
const problems: Record<Refusal, Problem> = {
  code_unknown: codeInvalid,
  code_expired: codeInvalid,
  code_used: codeInvalid,
  app_unknown: invalidArguments('isv.invalid-app-id', '无效的AppID参数'),
  secret_wrong: invalidArguments('isv.invalid-signature', '无效签名'),
  busy: { code: '20000', msg: 'Service Currently Unavailable', sub_code: 'isp.unknow-error', sub_msg: '系统繁忙' },
  rate_limited: { code: '40005', msg: 'Call Limited', sub_code: 'isv.app-call-limited', sub_msg: '应用调用次数超限' },
};
const tokenInvalid: Problem = {
  code: '20001',
  msg: 'Insufficient Token Permissions',
  sub_code: 'aop.invalid-auth-token',
  sub_msg: '无效的访问令牌',
};
const methodUnknown = invalidArguments('isv.invalid-method', '不存在的方法名');

const ids = ['open_id', 'user_id', 'union_id'] as const;
const idsRequest = z.strictObject({ ids: z.array(z.enum(ids)) });

/** A person's ids in an app, of each kind. The `user_id` is the same in every app. */
const idsOf = (appId: string, person: string) => ({
  open_id: openidOf('alipay', appId, person),
  user_id: `2088${String(createHash('sha256').update(person).digest().readUIntBE(0, 6) % 10 ** 12).padStart(12, '0')}`,
  union_id: unionidOf('alipay', person),
});

/** Alipay (docs/platforms.md, 6): one signed gateway for every method. `PUT /sandbox/alipay/ids` sets which ids it reports. */
export const alipayPage: SandboxPage = {
  codeLifetime: 300,
  settings: () => ({ private_key: sandboxKeys.app.private, alipay_public_key: sandboxKeys.alipay.public, aes_key: sandboxKeys.aes }),
  mount(router, counter) {
    const people = new Map<string, { person: string; appId: string }>();
    let reported: readonly (typeof ids)[number][] = ids;
    router.put('/ids', (request, response) => {
      const body = idsRequest.safeParse(request.body);
      if (body.success) reported = body.data.ids;
      response
        .status(body.success ? 200 : 400)
        .json(body.success ? { status: 'ok' } : { status: 'error', error_msg: `ids must be of ${ids.join(', ')}` });
    });
    const shown = (appId: string, person: string) => {
      const all = idsOf(appId, person);
      return Object.fromEntries(reported.map((name) => [name, all[name]]));
    };

    router.post('/gateway.do', async ({ query, body }, response) => {
      const { sign: signature, ...parameters }: Record<string, string> = { ...query, ...body };
      const method = field(parameters, 'method') ?? '';
      const code = field(parameters, 'code');
      if (await counter.stumble(code, response)) return;
      const wrong = problemWith(counter, parameters, signature);
      if (wrong) return refuse(response, wrong);
      if (method === 'alipay.system.oauth.token') {
        const outcome = counter.exchange(code, counter.credentials.appId);
        if ('refused' in outcome) return refuse(response, problems[outcome.refused]);
        const { person, appId } = outcome.granted;
        const access_token = `auth-${randomBytes(16).toString('hex')}`;
        keepLatest(people, access_token, { person, appId });
        // This method's answer has no `code`.
        const token = {
          access_token,
          expires_in: 1_296_000,
          refresh_token: `auth-${randomBytes(16).toString('hex')}`,
          re_expires_in: 2_592_000,
        };
        return answer(response, method, { ...shown(appId, person), ...token });
      }
      if (method === 'alipay.user.info.share') {
        const holder = people.get(field(parameters, 'auth_token') ?? '');
        if (!holder) return answer(response, method, tokenInvalid);
        const { anonymous, ...person } = counter.people.named(holder.person);
        const picture = `https://tfs.alipayobjects.com/images/partner/${encodeURIComponent(person.name)}.jpg`;
        const gender = ['', 'm', 'f'][person.gender];
        const profile = anonymous
          ? { nick_name: '', avatar: '', gender: '', province: '', city: '' }
          : { nick_name: person.nickname, avatar: picture, gender, province: person.province, city: person.city };
        return answer(response, method, { code: '10000', msg: 'Success', ...shown(holder.appId, holder.person), ...profile });
      }
      refuse(response, methodUnknown);
    });
  },
  /** The server fetches the profile, so the host returns none: the code of `auth_user` is the grant. */
  profile: () => ({ authorized: true }),
  phone(tap) {
    const { countryCode, number } = tap.person.phone;
    const mobile = countryCode === '86' ? number : `${countryCode}-${number}`;
    const response = encrypt(contentOf(tap, { code: '10000', msg: 'Success', mobile }), tap);
    const text = tap.tampered === 'bad_signature' ? response : `"${response}"`;
    const parts = { response, sign: signed(text), sign_type: 'RSA2', encrypt_type: 'AES', charset: 'UTF-8' };
    return { response: JSON.stringify(parts) };
  },
};

function problemWith({ credentials }: Counter, parameters: Record<string, string>, signature: string | undefined): Problem | undefined {
  if (parameters.app_id !== credentials.appId) return problems.app_unknown;
  const key = readPublicKey(sandboxKeys.app.public);
  const isSigned = key && verify('RSA-SHA256', Buffer.from(signedText(parameters)), key, Buffer.from(signature ?? '', 'base64'));
  return isSigned ? undefined : problems.secret_wrong;
}

function signed(text: string): string {
  return sign('RSA-SHA256', Buffer.from(text), readPrivateKey(sandboxKeys.alipay.private) ?? '').toString('base64');
}

const answer = (response: Response, method: string, value: object) => send(response, `${method.replaceAll('.', '_')}_response`, value);
const refuse = (response: Response, problem: Problem) => send(response, 'error_response', problem);

/** Sends a value as Alipay does: the signature is over its text. */
function send(response: Response, name: string, value: object): void {
  const text = JSON.stringify(value);
  response.type('text/html').send(`{"${name}":${text},"sign":"${signed(text)}"}`);
}

/** Encrypts as Alipay does, with the app's key and an IV of zeros; data of another app, or from before a change of the key, has another one. */
function encrypt(content: object, { tampered }: Tap): string {
  const isOther = tampered === 'stale_key' || tampered === 'wrong_appid';
  const cipher = createCipheriv('aes-128-cbc', isOther ? randomBytes(16) : Buffer.from(sandboxKeys.aes, 'base64'), Buffer.alloc(16));
  return Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]).toString('base64');
}
