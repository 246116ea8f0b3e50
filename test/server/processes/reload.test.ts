import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { adminHere } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/process.ts';
import { endpointFor, startReceiver } from '../../support/receiver.ts';

it('a changed APPS_FILE and SIGHUP: the apps are served as they are in the file, sessions stay, and an invalid file changes nothing', {
  tags: 'fault',
}, async () => {
  const APPS_FILE = `${createFolder()}/apps.yaml`;
  writeFileSync(APPS_FILE, 'apps:\n  - client_id: shop\n    name: Shop\n');
  const server = await startProcess({ DATABASE_URL: await createDatabase(), APPS_FILE, DRAIN_DELAY: '0' });
  const as = (client: string) => ({ headers: { 'X-Hydrogen-Client-ID': client } });
  const { token, user_id: userId } = (await server.call('loginAnonymously', as('shop'))).body;
  expect((await server.call('loginAnonymously', as('second'))).status).toBe(401);

  await adminHere(['add-app', '--name', 'Second', '--client-id', 'second'], { APPS_FILE });
  const receiver = await startReceiver();
  appendFileSync(APPS_FILE, `    webhooks: ${JSON.stringify([endpointFor(receiver)])}\n`);
  server.kill('SIGHUP');
  await expect.poll(async () => (await server.call('loginAnonymously', as('second'))).status).toBe(201);
  await expect.poll(() => receiver.received.map(({ type }) => type)).toContain('user.created');
  expect((await server.call('getUser', { ...as('shop'), token, userId })).status).toBe(200);

  writeFileSync(APPS_FILE, readFileSync(APPS_FILE, 'utf8').replace(/ {2}- client_id: second.*/s, ''));
  server.kill('SIGHUP');
  await expect.poll(async () => (await server.call('loginAnonymously', as('second'))).status).toBe(401);
  expect((await server.call('getUser', { ...as('shop'), token, userId })).status).toBe(200);

  appendFileSync(APPS_FILE, '  - client_id: no spaces please\n    name: Shop\n');
  server.kill('SIGHUP');
  expect((await server.call('getUser', { ...as('shop'), token, userId })).status).toBe(200);

  server.kill('SIGTERM');
  const { how, output } = await server.ended;
  expect(how).toBe(0);
  expect(output).toMatch(/"apps":\["shop","second"\],"added":\["second"\],"removed":\[\],"msg":"APPS_FILE reloaded/);
  expect(output).toMatch(/"apps":\["shop"\],"added":\[\],"removed":\["second"\]/);
  const fault = `${APPS_FILE}:4: apps.1.client_id: must be 1 to 64 letters, digits, _ or -`;
  expect(output).toContain(`"msg":"APPS_FILE not reloaded, the earlier apps are still served: ${fault}`);
});
