import { describe, expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

describe("MinCloud's names of platforms", () => {
  it('are next to ours in the record of an app that wants them, and in no other', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, mincloud_provider_names: true }) });
    const { token, user_info } = await server.login('qq', 'larry');
    const { _provider } = (await server.call('getUser', { token, userId: user_info.id })).body;
    expect(_provider.qq_miniapp).toEqual(_provider.qq);
    expect(user_info._provider).toEqual(_provider);
    await server.call('linkWechat', { token, body: { code: await server.codeFor('wechat', 'larry') } });
    expect(Object.keys((await server.call('getMe', { token })).body._provider).sort()).toEqual(['qq', 'qq_miniapp', 'wechat']);
    const flat = await server.call('registerByUsername', { body: { username: 'mei', password: 'plum-rain-june' } });
    expect(flat.body._provider).toEqual({});
    const { body } = await server.call('silentLoginBytedance', {
      body: { code: await server.codeFor('bytedance', 'ada'), app_name: 'Douyin' },
    });
    expect(Object.keys(body.user_info._provider)).toEqual(['bytedance', 'douyin']);
    const plain = await startServer();
    expect(Object.keys((await plain.login('qq', 'larry')).user_info._provider)).toEqual(['qq']);
  });
});
