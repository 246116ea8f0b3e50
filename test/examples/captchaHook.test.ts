import express from 'express';
import { describe, expect, it } from 'vitest';
import { createCaptchaHook } from '../../examples/captcha-hook.ts';
import { hooksAt } from '../support/hooks.ts';
import { listening } from '../support/listening.ts';
import { webhookSecret } from '../support/receiver.ts';
import { listen, startServer } from '../support/server.ts';

describe('the example of a captcha', () => {
  it('lets an address send three codes an hour, and then asks for a captcha each time', async () => {
    const provider = express();
    provider.post('/siteverify', express.urlencoded(), ({ body }, response) => {
      response.json({ success: body.secret === 'captcha secret' && body.response === 'solved' });
    });
    const verifyUrl = `${await listen(provider)}/siteverify`;
    const hook = createCaptchaHook({ hookSecret: webhookSecret, siteKey: 'k1', captchaSecret: 'captcha secret', verifyUrl });
    const url = `${await listening(hook)}/`;
    const server = await startServer({ configure: (app) => ({ ...app, hooks: hooksAt(url) }) });
    const send = (n: number, headers: Record<string, string> = {}) =>
      server.call('sendSmsCode', { body: { phone: `1380013800${n}` }, headers });
    for (let n = 0; n < 3; n++) expect((await send(n)).status).toBe(200);
    expect((await send(3)).body).toMatchObject({ code: 'challenge_required', challenge: { kind: 'captcha', site_key: 'k1' } });
    expect((await send(3, { 'X-Challenge-Response': 'guessed' })).body.code).toBe('challenge_required');
    expect((await send(3, { 'X-Challenge-Response': 'solved' })).status).toBe(200);
    const forged = await fetch(url, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
  });
});
