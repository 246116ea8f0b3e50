import { describe, expect, it } from 'vitest';
import { aliasTable, operationTable } from '../../../generated/operations.ts';
import { password } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

const aliases = Object.entries(aliasTable).map(([aliasId, alias]) => ({ aliasId, ...alias }));
const appHeaders = { 'X-Hydrogen-Client-ID': 'sandbox', 'Content-Type': 'application/json' };

it.each(aliases)('runs $operationId at its older path, $method $path', async ({ method, path, operationId }) => {
  const server = await startServer();
  const ask = async (at: string) => {
    const url = server.origin + at.replace('{user_id}', '7');
    const response = await fetch(url, { method, headers: appHeaders, ...(method !== 'GET' && { body: '{}' }) });
    const { error_msg, code, errors } = (await response.json()) as Record<string, unknown>;
    return [response.status, { error_msg, code, errors }];
  };
  expect(await ask(path)).toEqual(await ask(operationTable[operationId].path));
  const ran = server.logLines().flatMap(({ operation }) => operation ?? []);
  expect(ran).toEqual([operationId, operationId]);
});

it('PUT sent as POST works at an older path too', async () => {
  const server = await startServer();
  const { token } = await server.login('wechat', 'larry');
  const response = await fetch(server.origin + aliasTable.updateUserV20.path, {
    method: 'POST',
    headers: { ...appHeaders, Authorization: `Hydrogen-r1 ${token}`, 'X-Hydrogen-Request-Method': 'PUT' },
    body: '{"nickname":"Larry"}',
  });
  expect([response.status, await response.json()]).toMatchObject([200, { nickname: 'Larry' }]);
});

it('the error for a wrong method names those of older and newer operations', async () => {
  const { origin } = await startServer();
  const response = await fetch(origin + aliasTable.updateUserV20.path, { method: 'DELETE', headers: appHeaders });
  expect([response.status, response.headers.get('Allow')]).toEqual([405, 'PUT']);
});

describe('a path that the contract does not have', () => {
  it.each([
    ['/hserve/v2.1/login/username', 'POST /hserve/v2.1/login/username/'],
    ['/hserve/v2.1/login/username?page=1', 'POST /hserve/v2.1/login/username/'],
    ['/hserve/v2.5/user/info/7', 'GET /hserve/v2.5/user/info/{user_id}/'],
    ['/hserve/v2.4/idp/qq/user-association/', 'POST /hserve/v2.0/idp/qq/user-association/'],
    ['/hserve/v2.4/idp/baidu/user-associate/', 'POST /hserve/v2.1/idp/baidu/user-association/'],
    ['/hserve/v2.4/idp/kuaishou/user-association', 'POST /hserve/v2.5/idp/kuaishou/user-association/'],
    ['/hserve/v2.5/idp/wechat/user-association/', 'POST /hserve/v2.4/idp/wechat/user-associate/'],
    ['/hserve/v9/idp/jd/silent-login/', 'POST /hserve/v2.5/idp/jd/silent-login/'],
    ['/login/username/', 'POST /hserve/v2.1/login/username/'],
  ])('gets the nearest path: %s', async (path, nearest) => {
    const { origin } = await startServer();
    const response = await fetch(origin + path, { method: 'POST', headers: appHeaders, body: '{}' });
    const error_msg = `The contract has no such path. Did you mean ${nearest} ?`;
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'path_not_found', error_msg }]);
  });

  it('gets no hint if none is near', async () => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/hserve/v1.8/table/1/record/`, { headers: appHeaders });
    expect(await response.json()).toMatchObject({ code: 'path_not_found', error_msg: 'The contract has no such path.' });
  });
});

it('an attempt to bypass a limit by an older path: both paths share the limit', { tags: 'fault' }, async () => {
  const server = await startServer();
  await server.call('registerByUsername', { body: { username: 'mei', password } });
  const { token } = await server.login('wechat', 'larry');
  const change = async (path: string) => {
    const headers = { ...appHeaders, Authorization: `Hydrogen-r1 ${token}` };
    const body = JSON.stringify({ password: 'a guess of it', new_password: 'plum-rain-june' });
    return (await fetch(server.origin + path, { method: 'PUT', headers, body })).status;
  };
  const paths = [operationTable.updateAccount.path, aliasTable.updateAccountV21.path];
  let asked = 0;
  while (asked < 200 && (await change(paths[asked % 2] ?? '')) !== 429) asked += 1;
  expect(await Promise.all(paths.map(change))).toEqual([429, 429]);
});
