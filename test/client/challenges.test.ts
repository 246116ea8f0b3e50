import { describe, expect } from 'vitest';
import { itRemembers, startBackend } from '../support/backend.ts';
import { startApp } from '../support/fakeHost.ts';
import { hooksAt, startHook } from '../support/hooks.ts';

describe('a challenge of a hook', () => {
  itRemembers('reaches the app, whose answer goes with the next request alone', async () => {
    const hook = await startHook();
    hook.decide = ({ data }) =>
      data.challenge_response === 'solved' ? { decision: 'allow' } : { decision: 'challenge', challenge: { kind: 'captcha' } };
    const server = await startBackend({ configure: (app) => ({ ...app, hooks: hooksAt(hook.url) }) });
    const { BaaS } = await startApp(server, 'qq');
    const send = () => BaaS.sendSmsCode({ phone: '13800138000' });
    await expect(send()).rejects.toMatchObject({ code: 403, error_code: 'challenge_required', challenge: { kind: 'captcha' } });
    BaaS.setChallengeResponse('solved');
    expect(await send()).toMatchObject({ statusCode: 200 });
    await expect(send()).rejects.toMatchObject({ error_code: 'challenge_required' });
    expect(hook.asked.map(({ data }) => data.challenge_response)).toEqual([null, 'solved', null]);
    await expect(async () => BaaS.setChallengeResponse(7)).rejects.toMatchObject({ code: 605 });
  });
});
