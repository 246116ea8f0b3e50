import express from 'express';
import { describe, expect, it } from 'vitest';
import { type CurrentRequest, currentRequest, runRequest } from '../../../server/observe/currentRequest.ts';
import { createLog } from '../../../server/observe/log.ts';
import type { Fault } from '../../../server/sandbox/faults.ts';
import { type CircuitSettings, createCircuits } from '../../../server/upstream/circuits.ts';
import { counting } from '../../support/platformReplies.ts';
import { askSandbox } from '../../support/sandbox.ts';
import { listen, type Reply, startServer, type TestServer } from '../../support/server.ts';

const hour = 3_600_000;
const circuitsWith = (settings: Partial<CircuitSettings>) => createCircuits(createLog('silent'), settings);

const setFault = (server: TestServer, kind: Fault['kind'] | 'none') => askSandbox(server, 'wechat/fault', { kind }, 'PUT');

const logIn = async (server: TestServer) => server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });
const logInTimes = (server: TestServer, times: number) => Promise.all(Array.from({ length: times }, () => logIn(server)));
const codesOf = (replies: Reply[]) => replies.map(({ body }) => body.code).sort();

describe('the circuit of a platform', { tags: 'fault' }, () => {
  it.each([
    ['hang', 'platform_timeout'],
    ['reset', 'platform_failed'],
    ['cut_short', 'platform_failed'],
    ['server_error', 'platform_failed'],
    ['unavailable', 'platform_busy'],
  ] as const)('opens after consecutive %s replies: logins fail with %s, then are refused at once, and other platforms still work', async (kind, code) => {
    const { fetch, sent } = counting();
    const server = await startServer({ fetch, platformTimeout: 1000, services: { circuits: circuitsWith({ failures: 3, pause: hour }) } });
    await setFault(server, kind);
    expect(codesOf(await logInTimes(server, 3))).toEqual([code, code, code]);
    await setFault(server, 'none');

    const refused = await logIn(server);
    expect(refused).toMatchObject({ status: 503, body: { code: 'platform_busy' } });
    expect(refused.headers.get('Retry-After')).toBe('3600');
    expect(sent('/wechat/sns/jscode2session')).toBe(3);
    await server.login('qq', 'larry');
  });

  it.each(['busy', 'rate_limited', 'too_many_requests', 'garbage', 'html'] as const)('stays closed if replies are %s', async (kind) => {
    const server = await startServer({ services: { circuits: circuitsWith({ failures: 2, pause: hour }) } });
    await setFault(server, kind);
    await logInTimes(server, 5);
    await setFault(server, 'none');
    expect((await logIn(server)).status).toBe(201);
  });

  it.each([
    ['a page of its firewall', async () => new Response('<html>Blocked</html>', { status: 200 })],
    ['a large page', async () => new Response('x'.repeat(70_000))],
    ['a page with 405', async () => new Response('<html>Blocked</html>', { status: 405 })],
  ] as [string, () => Promise<Response>][])('stays closed if one invalid code is answered with %s twenty times', async (_what, block) => {
    const blocking: typeof fetch = (url, init) => (String(url).includes('odd') ? block() : fetch(url, init));
    const server = await startServer({ fetch: blocking, services: { circuits: circuitsWith({ failures: 10, pause: hour }) } });
    for (let n = 1; n <= 20; n++) {
      const reply = await server.call('silentLoginWechat', { body: { code: `odd${n}` } });
      expect(reply).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    }
    await server.login('wechat', 'larry');
  });

  it('stays closed if one invalid code is answered with a redirect or too large a reply', async () => {
    const root = express();
    root.get('/sns/jscode2session', ({ query }, response) => {
      if (query.js_code === 'odd-moved') response.redirect('https://blocked.example/');
      else if (query.js_code === 'odd-large') response.send('x'.repeat(70_000));
      else response.json({ openid: 'o1', session_key: 'QUJDREVGR0hJSktMTU5PUA==' });
    });
    const base_url = await listen(root);
    const server = await startServer({
      configure: (app) => ({ ...app, content_check: 'off', platforms: { qq: { ...app.platforms.qq, base_url } } }),
      services: { circuits: circuitsWith({ failures: 2, pause: hour }) },
    });
    const logInWith = (code: string) => server.call('silentLoginQq', { body: { code } });
    for (const code of ['odd-moved', 'odd-large', 'odd-moved', 'odd-large'])
      expect((await logInWith(code)).body.code).toBe('platform_failed');
    expect((await logInWith('good')).status).toBe(201);
  });

  it.each([
    ['codes', {}, 'code_invalid'],
    ["an app's secret", { app_secret: 'wrong' }, 'app_misconfigured'],
  ])('stays closed if the platform refuses %s', async (_what, settings, code) => {
    const server = await startServer({
      configure: (app) => ({ ...app, platforms: { wechat: { ...app.platforms.wechat, ...settings } } }),
      services: { circuits: circuitsWith({ failures: 2, pause: hour }) },
    });
    for (let n = 1; n <= 5; n++)
      expect((await server.call('silentLoginWechat', { body: { code: 'neverGiven' } })).body).toMatchObject({ code });
  });

  it('limits the concurrent calls to a platform that hangs', async () => {
    let open = 0;
    let most = 0;
    const watched: typeof fetch = async (...args) => {
      most = Math.max(most, ++open);
      return fetch(...args).finally(() => open--);
    };
    const circuits = circuitsWith({ concurrent: 5, queued: 10, failures: hour });
    const server = await startServer({ fetch: watched, platformTimeout: 300, services: { circuits } });
    await setFault(server, 'hang');
    expect(new Set(codesOf(await logInTimes(server, 50)))).toEqual(new Set(['platform_busy', 'platform_timeout']));
    expect(most).toBe(5);
  });
});

describe('a circuit', { tags: 'fault' }, () => {
  const busy = { reason: 'busy' };
  const fail = () => Promise.reject(new Error('away'));
  const answer = async () => 'answered';

  it('that is half open lets one call through, refuses others, and closes if that call succeeds', async () => {
    const circuits = circuitsWith({ failures: 1, pause: 0 });
    const call = (work: () => Promise<string>) => circuits.call('qq', work);
    await expect(call(fail)).rejects.toThrow('away');
    await expect(call(fail)).rejects.toThrow('away');

    const tried = Promise.withResolvers<string>();
    const trying = call(() => tried.promise);
    await expect(call(answer)).rejects.toMatchObject(busy);
    tried.resolve('well');
    expect(await trying).toBe('well');
    expect(await Promise.all([call(answer), call(answer)])).toEqual(['answered', 'answered']);
  });

  it('that is open leaves the circuits of other addresses alone', async () => {
    const circuits = circuitsWith({ failures: 1, pause: hour });
    await expect(circuits.call('wechat at https://proxy.example', fail)).rejects.toThrow('away');
    await expect(circuits.call('wechat at https://proxy.example', answer)).rejects.toMatchObject(busy);
    expect(await circuits.call('wechat at https://api.weixin.qq.com', answer)).toBe('answered');
  });

  it('with a full queue refuses the next call at once', async () => {
    const circuits = circuitsWith({ concurrent: 1, queued: 1 });
    const first = Promise.withResolvers<string>();
    const running = circuits.call('qq', () => first.promise);
    const waiting = circuits.call('qq', answer);
    await expect(circuits.call('qq', answer)).rejects.toMatchObject(busy);
    first.resolve('first');
    expect(await Promise.all([running, waiting])).toEqual(['first', 'answered']);
  });

  it('ends queued calls at their deadline without making them or counting a failure', async () => {
    const circuits = circuitsWith({ concurrent: 1, failures: 1, pause: hour });
    const late = { reason: 'timeout', detail: { fault: 'request deadline exceeded' } };
    let asked = 0;
    const ask = async () => ++asked;
    const first = Promise.withResolvers<string>();
    const running = circuits.call('qq', () => first.promise);
    await expect(circuits.call('qq', ask, performance.now() + 10)).rejects.toMatchObject(late);
    first.resolve('first');
    await running;
    await expect(circuits.call('qq', ask, performance.now())).rejects.toMatchObject(late);
    expect(asked).toBe(0);
    expect(await circuits.call('qq', answer, performance.now() + hour)).toBe('answered');
  });
});

it('runs a queued call in the async context of its request', async () => {
  const circuits = circuitsWith({ concurrent: 1 });
  const asked: (string | undefined)[] = [];
  const ask = (id: string) =>
    new Promise((resolve) => {
      const request: Partial<CurrentRequest> = { id };
      const call = () => circuits.call('qq', async () => asked.push(currentRequest()?.id));
      runRequest(request as CurrentRequest, () => resolve(call()));
    });
  await Promise.all(['first', 'second', 'third'].map(ask));
  expect(asked).toEqual(['first', 'second', 'third']);
});
