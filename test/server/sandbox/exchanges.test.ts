import express from 'express';
import { describe, expect, it } from 'vitest';
import { createExchanges } from '../../../server/sandbox/exchanges.ts';
import { listen, startServer } from '../../support/server.ts';

const sandbox = 'http://127.0.0.1:3000/sandbox';
const reply = { status: 200, text: async () => '{}', bytes: async () => new Uint8Array() };

interface Answer {
  exchanges: Record<string, unknown>[];
}

describe('the exchanges with the simulated platforms', () => {
  it('are those of one request, with its question and answer', async () => {
    const server = await startServer();
    await server.login('qq', 'mei');
    const { headers } = await server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });
    const address = `${server.origin}/sandbox/exchanges?request_id=${headers.get('X-Request-Id')}`;
    const { exchanges } = (await (await fetch(address)).json()) as Answer;
    expect(exchanges).toEqual([
      {
        request_id: headers.get('X-Request-Id'),
        method: 'GET',
        url: expect.stringContaining('/sandbox/wechat/sns/jscode2session?'),
        headers: expect.any(Object),
        body: null,
        status: 200,
        answer: expect.stringContaining('"session_key":'),
        fault: null,
        milliseconds: expect.any(Number),
      },
    ]);
  });

  it('include those that failed', async () => {
    const server = await startServer();
    await server.call('silentLoginQq', { body: { code: await server.codeFor('qq', 'larry', { kind: 'reset' }) } });
    const { exchanges } = (await (await fetch(`${server.origin}/sandbox/exchanges`)).json()) as Answer;
    expect(exchanges).toEqual([expect.objectContaining({ status: null, answer: null, fault: expect.any(String) })]);
  });

  it('are never those with a real platform', async () => {
    const { watch, router } = createExchanges(sandbox);
    const fetchWatched = watch(async () => reply);
    for (const url of ['https://api.weixin.qq.com/sns/jscode2session', `${sandbox}-other/wechat`, `${sandbox}/wechat/sns/jscode2session`])
      await fetchWatched(new URL(url), {});
    const answer = (await (await fetch(`${await listen(express().use(router))}/exchanges`)).json()) as Answer;
    expect(answer.exchanges.map(({ url }) => url)).toEqual([`${sandbox}/wechat/sns/jscode2session`]);
  });

  it('are the latest five hundred', async () => {
    const { watch, router } = createExchanges(sandbox);
    const fetchWatched = watch(async () => reply);
    for (let index = 0; index < 510; index++) await fetchWatched(new URL(`${sandbox}/qq/${index}`), {});
    const { exchanges } = (await (await fetch(`${await listen(express().use(router))}/exchanges`)).json()) as Answer;
    expect([exchanges.length, exchanges[0]?.url]).toEqual([500, `${sandbox}/qq/10`]);
  });
});
