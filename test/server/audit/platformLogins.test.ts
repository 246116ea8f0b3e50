// @module-tag fault
import { describe, expect, it } from 'vitest';
import { platformNames } from '../../../server/platforms/index.ts';
import { auditOf } from '../../support/audit.ts';
import { operationOn } from '../../support/platforms.ts';
import { startServer } from '../../support/server.ts';

describe('a failed login on a platform, in the audit trail', () => {
  it.each(platformNames)('%s: the entry has platform and error code', async (platform) => {
    const server = await startServer();
    const operation = operationOn('silentLogin', platform);
    const code = await server.codeFor(platform, 'mei');
    await server.call(operation, { body: { code, create_user: false } });
    const spent = await server.call(operation, { body: { code } });
    const failed = { event: 'login_failed', user_id: null, method: platform, operation };
    expect(await auditOf(server)).toMatchObject([
      { ...failed, error_code: 'identity_not_found' },
      { ...failed, error_code: spent.body.code },
    ]);
  });

  it.each([
    ['authorizedLoginWechat', 'profile'],
    ['phoneLoginWechat', 'phone'],
  ] as const)('%s with data that does not open: has its code', async (operation, what) => {
    const server = await startServer();
    const code = await server.codeFor('wechat', 'mei');
    const { status } = await server.call(operation, {
      body: { code, ...(await server.granted(what, 'wechat', 'larry')), phone_code: undefined },
    });
    expect(status).toBe(400);
    expect(await auditOf(server)).toMatchObject([{ event: 'login_failed', method: 'wechat', operation, error_code: expect.any(String) }]);
  });

  it('a wrong password or SMS code: the entry has the error code', async () => {
    const server = await startServer();
    await server.call('loginByUsername', { body: { username: 'unknown', password: 'wrong' } });
    await server.call('loginBySmsCode', { body: { phone: '13800138000', code: '000000' } });
    expect(await auditOf(server)).toMatchObject([
      { event: 'login_failed', method: 'username', error_code: 'credentials_invalid' },
      { event: 'login_failed', method: 'sms', error_code: 'sms_code_invalid' },
    ]);
  });
});

it('a refused link: its log line names both users', async () => {
  const server = await startServer();
  const owner = await server.login('wechat', 'mei');
  const other = await server.login('qq', 'larry');
  const { status } = await server.call('linkWechat', { token: other.token, body: { code: await server.codeFor('wechat', 'mei') } });
  expect(status).toBe(409);
  const lines = server.logLines();
  const detail = { platform: 'wechat', user: other.user_info.id, owner: owner.user_info.id };
  expect(lines.find(({ error }) => error?.code === 'identity_taken')?.error).toMatchObject(detail);
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'retrying transaction after conflict', attempt: 1, reason: 'identity_taken', detail }),
  );
});
