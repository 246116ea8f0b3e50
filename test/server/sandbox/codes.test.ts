import express from 'express';
import { describe, expect, it } from 'vitest';
import { operationOn, platformNames } from '../../support/platforms.ts';
import { listen, startServer } from '../../support/server.ts';

const mock = 'the code is a mock one';

describe.each(platformNames)("the sandbox's %s", (platform) => {
  const silentLogin = operationOn('silentLogin', platform);

  it("treats the developer tools' mock code as the owner of the device, every time", async () => {
    const server = await startServer();
    const first = await server.call(silentLogin, { body: { code: mock } });
    const second = await server.call(silentLogin, { body: { code: mock, create_user: false } });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.user_id).toBe(first.body.user_id);
    const { openid } = await server.login(platform, 'developer');
    expect(openid).toBe(first.body.openid);
  });

  it('says where its codes come from if it refuses one', async () => {
    const server = await startServer();
    const source = expect.stringContaining(`POST /sandbox/${platform}/login {"person":"larry"}`);
    const unknown = await server.call(silentLogin, { body: { code: '0b3xyz' } });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'code_invalid', error_msg: source } });
  });
});

it("says where the sandbox's phone codes come from if it refuses one", async () => {
  const server = await startServer();
  const { body } = await server.call('phoneLoginWechat', {
    body: { code: await server.codeFor('wechat', 'larry'), phone_code: 'unknown' },
  });
  expect(body).toMatchObject({ code: 'phone_code_invalid', error_msg: expect.stringContaining('POST /sandbox/wechat/phone') });
});

describe('a platform that is not the sandbox', () => {
  const start = async (base_url: string) =>
    startServer({
      configure: (app) => ({ ...app, content_check: 'off', platforms: { wechat: { app_id: 'wx1', app_secret: 'secret', base_url } } }),
    });

  it("is not called for the developer tools' mock code, which is refused with advice", async () => {
    const asked: string[] = [];
    const platform = express().use(({ url }, response) => {
      asked.push(url);
      response.json({ errcode: 40029, errmsg: 'invalid code' });
    });
    const server = await start(await listen(platform));
    const refused = await server.call('silentLoginWechat', { body: { code: mock } });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'code_invalid', error_msg: expect.stringMatching(/mock code of the developer tools.*AppID/) },
    });
    expect(asked).toEqual([]);
    const { body } = await server.call('silentLoginWechat', { body: { code: 'unknown' } });
    expect(body.code).toBe('code_invalid');
    expect(body.error_msg).not.toContain('sandbox');
  });
});
