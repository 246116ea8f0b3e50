import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import { webhookEvents } from '../../generated/webhooks.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { freePort, startCommand, stopCommand } from '../support/command.ts';
import {
  namesInPath,
  neededQuery,
  operation,
  operationIds,
  requestExamplesOf,
  responseExamplesOf,
  takesForm,
  takesServerKey,
  undeclared,
} from '../support/contract.ts';
import { fillPath } from '../support/fillPath.ts';
import { codeBlocksOf } from '../support/markdown.ts';
import { startMock } from '../support/mock.ts';
import { otherSecret, startReceiver, webhookSecret } from '../support/receiver.ts';
import { listen } from '../support/server.ts';

let mock: Awaited<ReturnType<typeof startMock>>;
describe('the mock', () => {
  beforeAll(async () => {
    mock = await startMock();
  }, 30_000);
  afterAll(() => mock.stop());

  async function ask(id: OperationId, prefer?: string) {
    const { method, path } = operationTable[id];
    const example = requestExamplesOf(id)[0]?.value;
    // A form names its own type.
    const form = takesForm(id) ? new URLSearchParams(example as Record<string, string>) : undefined;
    const json = example === undefined || form ? undefined : JSON.stringify(example);
    const body = 'upload' in operationTable[id] ? new FormData() : (form ?? json);
    const response = await fetch(`${mock.origin}${fillPath(path, namesInPath(id), 61736923)}?${new URLSearchParams(neededQuery(id))}`, {
      method,
      headers: {
        'X-Hydrogen-Client-ID': 'any',
        Authorization: takesServerKey(id) ? 'Bearer any' : 'Hydrogen-r1 any',
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(prefer && { Prefer: prefer }),
      },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: await response.json() };
  }

  describe.each(operationIds)('the mock of %s', (id) => {
    const statuses = Object.keys(operation(id).responses);

    it('answers the first success example', async () => {
      const success = statuses.find((status) => status.startsWith('2')) ?? '';
      expect(await ask(id)).toEqual({ status: Number(success), body: responseExamplesOf(id, success)[0]?.value });
    });

    it.each(statuses)('answers %s and each of its examples if Prefer names it', async (status) => {
      for (const { name, value } of responseExamplesOf(id, status)) {
        expect([name, await ask(id, `code=${status}, example=${name}`)]).toEqual([name, { status: Number(status), body: value }]);
      }
      expect((await ask(id, `code=${status}`)).status).toBe(Number(status));
    });
  });

  const login = (init: RequestInit, query = '') =>
    fetch(`${mock.origin}/hserve/v2.5/idp/wechat/silent-login/${query}`, {
      method: 'POST',
      body: '{"code":"any"}',
      ...init,
      headers: { 'X-Hydrogen-Client-ID': 'any', 'Content-Type': 'application/json', ...init.headers },
    });

  it.each([
    { what: 'a field that is missing', init: { body: '{"create_user":true}' }, path: '/body/code' },
    { what: 'a body that is not JSON', init: { body: '{"code"' }, path: '/body' },
    { what: 'an example that there is not', init: { headers: { Prefer: 'code=400, example=nope' } }, path: '/headers/prefer' },
    { what: 'a status that is not declared', init: { headers: { Prefer: 'code=418' } }, path: '/headers/prefer' },
    { what: 'a delay past the longest', init: { headers: { Prefer: 'delay=60001' } }, path: '/headers/prefer' },
    { what: 'a delay that is not a number', init: { headers: { Prefer: 'delay=long' } }, path: '/headers/prefer' },
    { what: 'a preference without its comma', init: { headers: { Prefer: 'code=400 example=code_used' } }, path: '/headers/prefer' },
  ])('reports what is wrong with $what, like the server', async ({ init, path }) => {
    const response = await login(init);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'request_invalid', errors: [{ path }] }]);
  });

  it('infers the status of a named example', async () => {
    const response = await login({ headers: { Prefer: 'example=code_used' } });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'code_used' }]);
  });

  it('lists the answers of the operation if the wanted one does not exist', async () => {
    const response = await login({ headers: { Prefer: 'example=nope' } });
    const message = expect.stringMatching(/must name an answer of silentLoginWechat.* code=400 \(example=.*code_used/);
    expect(await response.json()).toMatchObject({ errors: [{ message }] });
  });

  it('answers after the delay in Prefer', async () => {
    const start = performance.now();
    const response = await login({ headers: { Prefer: 'code=503, delay=300' } });
    expect(response.status).toBe(503);
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  it.each([
    { what: 'no client id', path: '/v1/me', headers: {}, code: 'client_unknown' },
    { what: 'no session', path: '/v1/me', headers: { 'X-Hydrogen-Client-ID': 'any' }, code: 'session_required' },
    { what: 'no server key', path: '/v1/introspect', headers: {}, body: new URLSearchParams({ token: 'any' }), code: 'server_key_invalid' },
  ])('refuses a request with $what, like the server', async ({ path, headers, body, code }) => {
    const response = await fetch(mock.origin + path, { headers, ...(body && { method: 'POST', body }) });
    expect(await response.json()).toMatchObject({ code });
  });

  it.each([
    ['/', 'openapi.json'],
    ['/zh-CN', 'openapi.zh-CN.json'],
  ])('shows at %s how to choose an answer, and the names of all', async (path, bundle) => {
    const page = await (await fetch(mock.origin + path)).text();
    for (const id of operationIds) {
      expect(page).toContain(`<h3 id="${id.toLowerCase()}">`);
      for (const status of Object.keys(operation(id).responses)) {
        for (const { name } of responseExamplesOf(id, status)) expect(page).toContain(`<code>code=${status}, example=${name}</code>`);
      }
    }
    expect(page).toContain(`curl -si ${mock.origin}/`);
    expect(page).toContain(`href="${bundle}"`);
    expect(await (await fetch(`${mock.origin}/${bundle}`)).text()).toBe(readFileSync(`generated/${bundle}`, 'utf8'));
  });

  const sendEvent = async (body: object) => {
    const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(`${mock.origin}/webhooks`, request)).json();
  };

  it('sends the example of every event to a receiver, signed', async () => {
    const receiver = await startReceiver();
    const types = Object.keys(webhookEvents);
    for (const type of types) {
      const answer = await sendEvent({ type, url: receiver.url, secret: webhookSecret });
      expect(answer).toMatchObject({ received: true, answer: '204 No Content', webhook_id: receiver.received.at(-1)?.id });
    }
    expect(receiver.received.map(({ type }) => type)).toEqual(types);
    expect(receiver.problems).toEqual([]);
  });

  it('says why a receiver did not take an event', async () => {
    const { url } = await startReceiver();
    const event = { type: 'user.closed', url, secret: webhookSecret };
    expect(await sendEvent({ ...event, secret: otherSecret })).toMatchObject({ received: false, answer: '401 Unauthorized' });
    expect(await sendEvent({ ...event, url: 'http://127.0.0.1:1/' })).toMatchObject({ received: false, answer: 'ECONNREFUSED' });
    expect(await sendEvent({ ...event, type: 'user.flew', secret: 'short' })).toMatchObject({
      code: 'request_invalid',
      errors: [{ path: '/body/type' }, { path: '/body/secret' }],
    });
  });

  it('accepts the choice in the query too', async () => {
    const response = await login({}, '?__code=400&__example=code_used');
    expect(await response.json()).toMatchObject({ code: 'code_used' });
  });

  it('accepts PUT sent as POST, from hosts that can only GET and POST', async () => {
    const response = await fetch(`${mock.origin}/hserve/v2.5/user/info/`, {
      method: 'POST',
      body: '{"nickname":"Mei"}',
      headers: {
        'X-Hydrogen-Client-ID': 'any',
        Authorization: 'Hydrogen-r1 any',
        'Content-Type': 'application/json',
        'X-Hydrogen-Request-Method': 'PUT',
      },
    });
    expect(response.status).toBe(200);
  });

  it('generates answers with --dynamic', async () => {
    const dynamic = await startMock({ dynamic: true });
    onTestFinished(dynamic.stop);
    const timeOf = async (prefer = 'code=200') => {
      const headers = { 'X-Hydrogen-Client-ID': 'any', Prefer: prefer };
      const response = await fetch(`${dynamic.origin}/hserve/v2.2/server/time/`, { headers });
      const body = (await response.json()) as { time: string };
      expect(undeclared('getServerTime', response.status, body)).toBeUndefined();
      return body.time;
    };
    expect(await timeOf()).not.toBe(await timeOf());
    expect(await timeOf('dynamic=false')).toBe(await timeOf('dynamic=false'));
  });

  it('allows every origin and every header that clients send', async () => {
    const response = await login({
      method: 'OPTIONS',
      body: null,
      headers: {
        Origin: 'http://localhost:5173',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,prefer,x-hydrogen-client-id',
      },
    });
    expect([response.status, response.headers.get('Access-Control-Allow-Origin')]).toEqual([204, '*']);
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization,content-type,prefer,x-hydrogen-client-id');
  });

  it.skipIf(!hasBrowser)('and plain Prism answer a page of another origin in a browser', async () => {
    const port = String(await freePort());
    const prism = await startCommand('node_modules/.bin/prism', ['mock', 'generated/openapi.json', '--port', port], 'is listening');
    onTestFinished(() => void stopCommand(prism));
    const { code } = codeBlocksOf('docs/recipes.md').find(({ heading }) => heading === 'From a page in a browser') ?? expect.unreachable();
    const page = await openBrowser();
    await page.goto(await listen(express().get('/', (_request, response) => void response.send('an app'))));
    for (const origin of [mock.origin, `http://127.0.0.1:${port}`]) {
      const logged = page.waitForEvent('console', (message) => message.type() === 'log');
      await page.evaluate(code.replace('http://127.0.0.1:4010', origin));
      expect((await logged).text()).toBe('400 code_used');
    }
  });

  it.skipIf(!hasBrowser)('answers a page of another origin in a browser, including errors', async () => {
    const page = await openBrowser();
    await page.goto(await listen(express().get('/', (_request, response) => void response.send('an app'))));
    const statuses = await page.evaluate(async (origin) => {
      const ask = async (prefer: string) => {
        const response = await fetch(`${origin}/hserve/v2.5/idp/wechat/silent-login/`, {
          method: 'POST',
          headers: { 'X-Hydrogen-Client-ID': 'any', 'Content-Type': 'application/json', Prefer: prefer },
          body: '{"code":"any"}',
        });
        return [response.status, response.headers.get('Retry-After')];
      };
      return [await ask('code=201'), await ask('code=503'), await ask('code=418')];
    }, mock.origin);
    expect(statuses).toEqual([
      [201, null],
      [503, '60'],
      [400, null],
    ]);
  });

  describe('npm run mock', () => {
    const npm = (...args: string[]) => startCommand('npm', ['run', 'mock', '--', ...args], /Mock listening at \S+/);
    const refused = (...args: string[]) =>
      npm(...args).then(
        () => 'started',
        ({ message }: Error) => message.split('\n').filter((line) => line.startsWith('Cannot')),
      );
    const answers = (port: number) =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );

    it('listens on --port, reports a port in use, and exits with all its processes', async () => {
      const port = await freePort();
      const first = await npm('--port', String(port));
      expect(first.output()).toContain(`http://127.0.0.1:${port} with the contract's examples`);
      expect(await refused('--port', String(port))).toEqual([expect.stringContaining(`port ${port} is in use`)]);
      await stopCommand(first);
      await expect.poll(() => answers(port), { timeout: 10_000 }).toBe(false);
    });

    it.each(['SIGTERM', 'SIGINT'] as const)('exits with 0 on %s', async (signal) => {
      const dynamic = await startCommand('node', ['tools/mock/start.js', '--port', '0', '--dynamic'], 'with generated answers');
      expect(await stopCommand(dynamic, signal)).toBe(0);
    });

    it.each(['--help', '-h'])('says how to use it with %s', async (option) => {
      const { stdout } = await promisify(execFile)('node', ['tools/mock/start.js', option]);
      expect(stdout).toMatch(/--port NUMBER.*--dynamic/);
    });

    it.each([
      [['--port', 'four'], '--port must be a number from 0 to 65535, not four'],
      [['--prot', '4011'], "Unknown option '--prot'"],
    ])('refuses %j', async (args, reason) => {
      expect(await refused(...args)).toEqual([`Cannot start the mock: ${reason}`]);
    });
  });
});
