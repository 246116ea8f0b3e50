import express from 'express';
import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import { freePort } from '../../support/command.ts';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';
import { listen } from '../../support/server.ts';
import { startTraceReceiver } from '../../support/traceReceiver.ts';

const startTraced = async (origin: string, environment: Record<string, string> = {}) =>
  startProcess({ DATABASE_URL: await createDatabase(), OTEL_EXPORTER_OTLP_ENDPOINT: origin, ...environment });

describe('tracing', () => {
  it('sends a trace of every request with its waits, without secrets', async () => {
    const receiver = await startTraceReceiver();
    const server = await startTraced(receiver.origin);
    const code = await server.codeFor('wechat', 'larry');
    const { body, headers } = await server.call('silentLoginWechat', { body: { code } });
    await server.call('registerByUsername', { body: { username: 'Mei', password } });
    server.kill('SIGTERM');
    expect((await server.ended).how).toBe(0);

    const request = receiver.spans.find(({ name }) => name === 'POST /hserve/v2.5/idp/wechat/silent-login/');
    expect(request?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/hserve/v2.5/idp/wechat/silent-login/',
      'http.response.status_code': 201,
      'login.operation': 'silentLoginWechat',
      'login.app': 'sandbox',
      'login.request_id': headers.get('X-Request-Id'),
    });
    const waits = receiver.spans.filter(({ parentId }) => parentId === request?.spanId);
    expect(new Set(waits.map(({ traceId }) => traceId))).toEqual(new Set([request?.traceId]));
    expect(waits.map(({ name }) => name)).toEqual(expect.arrayContaining(['upstream wechat', 'store insert', 'store select']));
    expect(waits.find(({ name }) => name === 'upstream wechat')?.attributes).toMatchObject({ outcome: 'answered' });
    expect(receiver.spans.map(({ name }) => name)).toContain('hash hash');
    for (const secret of [code, body.token, password, 'sandbox-secret', 'Mei']) expect(receiver.text()).not.toContain(secret);
  });

  it("reports why a request failed, and continues the client's trace", async () => {
    const receiver = await startTraceReceiver();
    const server = await startTraced(receiver.origin, { OTEL_SERVICE_NAME: 'login', OTEL_RESOURCE_ATTRIBUTES: 'deployment=blue' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await server.call('silentLoginWechat', { body: { code: 'neverGiven' }, headers: { traceparent } });
    server.kill('SIGTERM');
    await server.ended;
    const request = receiver.spans.find(({ parentId }) => parentId === 'b7ad6b7169203331');
    expect(request).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', attributes: { 'error.type': 'code_invalid' } });
    expect(receiver.resources[0]).toMatchObject({ 'service.name': 'login', deployment: 'blue' });
  });

  it('sends nothing if the sampler is off', async () => {
    const receiver = await startTraceReceiver();
    const server = await startTraced(receiver.origin, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    await server.call('getServerTime');
    server.kill('SIGTERM');
    await server.ended;
    expect(receiver.spans).toEqual([]);
  });

  it('serves and stops as usual if no receiver of traces answers', async () => {
    const server = await startTraced(`http://127.0.0.1:${await freePort()}`, { OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    expect((await server.call('getServerTime')).status).toBe(200);
    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ how: 0, output: expect.stringContaining('trace export failed') });
  });

  it('does not delay the shutdown if the receiver of traces hangs', async () => {
    const app = express();
    app.use(() => undefined);
    const server = await startTraced(await listen(app), { OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    await server.call('getServerTime');
    server.kill('SIGTERM');
    expect((await server.ended).how).toBe(0);
  });
});
