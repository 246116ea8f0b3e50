import type { Request, Response } from 'express';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';

/** The secret of the sandbox's hooks, which anyone can know. */
const secret = `whsec_${Buffer.from('anyone can know the secret of these hooks').toString('base64')}`;

/** Names and numbers that the sandbox's hooks challenge, and those that they deny; the right answer to a challenge. */
const suspicious = /^(\+86)?1700000\d{4}$|^suspicious/;
const hopeless = /^(\+86)?1710000\d{4}$|^hopeless/;
const solution = '4';

/** `hooks` of the sandbox app. @param origin the sandbox's address */
export const sandboxHooks = (origin: string) => {
  const hook = { url: `${origin}/hooks`, secret, allow_private: true };
  return { before_sms: hook, before_register: hook };
};

const question = z.object({
  data: z.object({
    phone: z.string().optional(),
    name: z.string().nullish(),
    challenge_response: z.string().nullable(),
  }),
});

/** Decides as the sandbox's back end: gives the suspicious a sum to solve, and denies the hopeless. */
export function decideForSandbox(request: Request, response: Response): void {
  try {
    new Webhook(secret).verify(JSON.stringify(request.body), request.headers as Record<string, string>);
  } catch {
    return void response.status(401).json({ error: 'the signature is wrong' });
  }
  const { phone, name, challenge_response } = question.parse(request.body).data;
  const who = phone ?? name ?? '';
  if (hopeless.test(who)) response.json({ decision: 'deny' });
  else if (suspicious.test(who) && challenge_response !== solution) {
    response.json({ decision: 'challenge', challenge: { kind: 'sum', question: '2 + 2' } });
  } else response.json({ decision: 'allow' });
}
