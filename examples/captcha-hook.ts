/**
 * A hook that asks for a captcha before a suspicious SMS or registration (docs/hooks.md). Run it next to the login service:
 *
 *     HOOK_SECRET=whsec_… CAPTCHA_SITE_KEY=… CAPTCHA_SECRET=… node examples/captcha-hook.ts
 */
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export interface CaptchaOptions {
  /** The `secret` of the hook in `APPS_FILE`. */
  hookSecret: string;
  /** The captcha's public key, which the client's widget takes. */
  siteKey: string;
  /** The captcha's secret. */
  captchaSecret: string;
  /** The address at which the captcha's provider verifies answers, with the form fields `secret`, `response` and `remoteip`. */
  verifyUrl: string;
}

interface Question {
  type: 'before_sms' | 'before_register';
  data: { ip: string | null; challenge_response: string | null };
}

/** Requests of an address in an hour that need no captcha. */
const free = 3;
const hour = 3_600_000;

export function createCaptchaHook({ hookSecret, siteKey, captchaSecret, verifyUrl }: CaptchaOptions): Server {
  const webhook = new Webhook(hookSecret);
  const seen = new Map<string, number[]>();

  const isSuspicious = (ip: string): boolean => {
    const since = Date.now() - hour;
    const times = [...(seen.get(ip) ?? []).filter((time) => time > since), Date.now()];
    seen.set(ip, times);
    return times.length > free;
  };
  const isSolved = async (response: string, remoteip: string): Promise<boolean> => {
    const body = new URLSearchParams({ secret: captchaSecret, response, remoteip });
    const answer = await fetch(verifyUrl, { method: 'POST', body, signal: AbortSignal.timeout(2000) });
    return ((await answer.json()) as { success?: unknown }).success === true;
  };
  const decide = async ({ data: { ip, challenge_response } }: Question): Promise<object> => {
    const address = ip ?? 'unknown';
    if (challenge_response !== null && (await isSolved(challenge_response, address))) return { decision: 'allow' };
    if (!isSuspicious(address)) return { decision: 'allow' };
    return { decision: 'challenge', challenge: { kind: 'captcha', site_key: siteKey } };
  };

  return createServer(async (request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const body = await text(request);
    try {
      webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      return reply(401, { error: 'the signature is wrong' });
    }
    try {
      reply(200, await decide(JSON.parse(body)));
    } catch {
      // Without an answer, `fail_open` of the hook decides.
      reply(502, { error: 'the captcha cannot be verified' });
    }
  });
}

const { HOOK_SECRET, CAPTCHA_SITE_KEY, CAPTCHA_SECRET, CAPTCHA_VERIFY_URL, PORT = '4000' } = process.env;
if (HOOK_SECRET && CAPTCHA_SITE_KEY && CAPTCHA_SECRET) {
  const verifyUrl = CAPTCHA_VERIFY_URL ?? 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
  createCaptchaHook({ hookSecret: HOOK_SECRET, siteKey: CAPTCHA_SITE_KEY, captchaSecret: CAPTCHA_SECRET, verifyUrl }).listen(Number(PORT));
}
