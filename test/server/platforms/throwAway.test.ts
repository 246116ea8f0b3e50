import { createHmac } from 'node:crypto';
import express from 'express';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { definePlatform } from '../../../server/platforms/platform.ts';
import { platformSettings, secret } from '../../../server/platforms/settings.ts';
import { createUpstream } from '../../../server/platforms/upstream.ts';
import { createCounter } from '../../../server/sandbox/counter.ts';
import { field, type SandboxPage } from '../../../server/sandbox/page.ts';
import { createPeople, openidOf } from '../../../server/sandbox/people.ts';
import { parseReply } from '../../../server/upstream/reply.ts';
import { listen, startServer } from '../../support/server.ts';

const sign = (code: string, key: string) => createHmac('sha256', key).update(code).digest('hex');

/** A platform with secrets of other names than `app_secret`, and without a session key. */
const throwAway = definePlatform({
  displayName: { en: 'Throw-away', zh: '一次性' },
  settings: platformSettings.extend({
    private_key: secret(4096),
    content_key: secret(64).optional(),
    old_keys: z.array(z.string()).default([]).meta({ secret: true }),
    console_name: z.string().optional(),
  }),
  async exchangeCode(code, { app_id, private_key, base_url }, upstream) {
    const url = new URL(`${base_url}/exchange`);
    url.search = String(new URLSearchParams({ app_id, code, sign: sign(code, private_key) }));
    const reply = parseReply(z.object({ id: z.string().optional(), error: z.string().optional() }), await upstream.requestJson(url));
    if (reply.id === undefined) throw upstream.refusal(reply.error ?? 'none', undefined, { bad_code: 'code_invalid' });
    return { openid: reply.id };
  },
  openProfile: () => undefined,
});

const page: SandboxPage = {
  codeLifetime: 60,
  settings: ({ appSecret }) => ({ private_key: appSecret, content_key: 'key-of-content', console_name: 'Demo' }),
  mount(router, counter) {
    router.get('/exchange', ({ query }, response) => {
      const code = field(query, 'code');
      const isSigned = field(query, 'sign') === sign(code ?? '', counter.credentials.appSecret);
      const outcome = isSigned ? counter.exchange(code, counter.credentials.appId) : { refused: 'secret_wrong' };
      response.json('granted' in outcome ? { id: openidOf('throw-away', '', outcome.granted.person) } : { error: 'bad_code' });
    });
  },
  profile: () => ({}),
};

async function start() {
  const credentials = { appId: 'demo', appSecret: 'a private key' };
  const counter = createCounter({ platform: 'any', credentials, people: createPeople(), codeLifetime: page.codeLifetime, now: () => 1 });
  const root = express();
  page.mount(root, counter);
  const client = throwAway.entry.parse({ app_id: 'demo', base_url: await listen(root), ...page.settings?.(credentials) });
  const { tenant, services } = await startServer();
  const upstream = createUpstream('jd', client.settings, tenant, services);
  return { counter, client, upstream };
}

describe('a platform with other secrets and no session key', () => {
  it('exchanges a code at its sandbox page', async () => {
    const { counter, client, upstream } = await start();
    const exchange = () => client.exchangeCode(code, upstream);
    const code = counter.login('larry', 'demo', undefined);
    expect(await exchange()).toEqual({ openid: expect.any(String) });
    await expect(exchange()).rejects.toMatchObject({ code: 'code_invalid' });
  });

  it('hides every setting that is marked as secret, under any name', async () => {
    const { client } = await start();
    expect(client.publicSettings).toEqual({ app_id: 'demo', base_url: expect.any(String), console_name: 'Demo' });
    expect(client.secrets).toEqual(['a private key', 'key-of-content']);
  });

  it('names the required settings of an entry', () => {
    expect(throwAway.required).toEqual(['app_id', 'private_key']);
  });
});
