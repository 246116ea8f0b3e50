import express from 'express';
import { describe, expect, it } from 'vitest';
import { checkApps } from '../../../server/config/apps.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';
import { allowOrigin } from '../../../server/steps/allowOrigin.ts';
import { observeRequest } from '../../../server/steps/observeRequest.ts';
import { listen, startServer } from '../../support/server.ts';

const shop = 'https://shop.example.com';
const start = (cors_origins: string[]) => startServer({ configure: (app) => ({ ...app, cors_origins }) });
const path = '/hserve/v2.5/idp/wechat/silent-login/';
const preflight = (origin: string, page: string) =>
  fetch(origin + path, {
    method: 'OPTIONS',
    headers: { Origin: page, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-hydrogen-client-id' },
  });

describe('CORS', () => {
  it('is off if no app lists an origin', async () => {
    const server = await start([]);
    const asked = await preflight(server.origin, shop);
    expect([asked.status, asked.headers.get('Access-Control-Allow-Origin')]).toEqual([405, null]);
    const { headers } = await server.call('getServerTime', { headers: { Origin: shop } });
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('allows pages of a listed origin, and lets them read the headers', async () => {
    const server = await start([shop]);
    const asked = await preflight(server.origin, shop);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-headers': 'x-hydrogen-client-id',
      'access-control-max-age': '7200',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    });
    expect(asked.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    const { headers } = await server.call('silentLoginWechat', { body: {}, headers: { Origin: shop } });
    expect(headers.get('Access-Control-Allow-Origin')).toBe(shop);
    expect(headers.get('Vary')).toBe('Origin, Accept-Language');
    expect(headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
  });

  it.each([
    'https://shop.example.com.evil.cn',
    'http://shop.example.com',
    'https://SHOP.example.com',
    'null',
  ])('does not allow %s', async (page) => {
    const server = await start([shop]);
    expect((await preflight(server.origin, page)).headers.get('Access-Control-Allow-Origin')).toBeNull();
    const { headers } = await server.call('getServerTime', { headers: { Origin: page } });
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it.each([
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'http://[::1]:3001',
    'https://localhost',
  ])('treats %s as a local origin', async (page) => {
    const server = await start(['local']);
    expect((await preflight(server.origin, page)).headers.get('Access-Control-Allow-Origin')).toBe(page);
    const { headers } = await server.call('getServerTime', { headers: { Origin: page } });
    expect(headers.get('Access-Control-Allow-Origin')).toBe(page);
  });

  it.each([
    'http://localhost.evil.cn',
    'http://127.0.0.1.evil.cn',
    'http://192.168.0.7:5173',
    'http://evil.cn',
    'local',
    'null',
  ])('does not treat %s as a local origin', async (page) => {
    const server = await start(['local']);
    expect((await preflight(server.origin, page)).headers.get('Access-Control-Allow-Origin')).toBeNull();
    const sandbox = await fetch(`${server.origin}/sandbox/wechat/login`, { method: 'POST', headers: { Origin: page } });
    expect(sandbox.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it("hides an app's responses from pages of another app", async () => {
    const apps = checkApps({
      apps: [
        { client_id: 'shop', name: 'Shop', cors_origins: [shop] },
        { client_id: 'bank', name: 'Bank', cors_origins: ['https://bank.example.com'] },
      ],
    });
    const observe = observeRequest({ log: createLog('silent'), metrics: createMetrics(), addressOf: () => undefined });
    const site = express().use(observe, allowOrigin(new Map(apps.map((app) => [app.client_id, app]))));
    site.use((_request, response) => void response.json({}));
    const origin = await listen(site);
    const readableBy = async (app: string) =>
      (await fetch(origin, { headers: { Origin: shop, 'X-Hydrogen-Client-ID': app } })).headers.get('Access-Control-Allow-Origin');
    expect((await preflight(origin, shop)).headers.get('Access-Control-Allow-Origin')).toBe(shop);
    expect([await readableBy('shop'), await readableBy('bank')]).toEqual([shop, null]);
  });
});
