import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDelivery } from '../../../server/webhooks/delivery.ts';
import { registerUser } from '../../support/accounts.ts';
import { freePort, startCommand, stopCommand } from '../../support/command.ts';
import { endpointFor, webhookSecret } from '../../support/receiver.ts';
import { startServer } from '../../support/server.ts';

/** The receiver of a page of the documentation, which listens on a port. */
async function startExample(page: string, port: number): Promise<void> {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync(page, 'utf8')) ?? [];
  // It imports what the project has installed.
  const folder = `node_modules/.cache/webhooks-${port}`;
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}/receiver.mjs`, code.replace('.listen(4000)', `.listen(${port}, () => console.log('listening'))`));
  const command = await startCommand('node', [`${folder}/receiver.mjs`], 'listening', { WEBHOOK_SECRET: webhookSecret });
  onTestFinished(async () => void (await stopCommand(command)));
}

describe('the receiver of the documentation', () => {
  it.each(['docs/webhooks.md', 'docs/webhooks.zh-CN.md'])('takes events, and refuses what is not signed: %s', async (page) => {
    const port = await freePort();
    await startExample(page, port);
    const url = `http://127.0.0.1:${port}/login-events`;
    const server = await startServer({ configure: (app) => ({ ...app, webhooks: [endpointFor({ url })] }) });
    const delivery = startDelivery(server.services.endpoints.all, server.services);
    onTestFinished(() => delivery.stop());
    await registerUser(server);
    const statuses = async () =>
      (await server.store.selectFrom('webhook_deliveries').select('http_status').execute()).map((row) => row.http_status);
    await expect.poll(statuses).toEqual([204]);
    const headers = { 'Content-Type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: '{"type":"user.closed","data":{"user_id":1}}' })).status).toBe(401);
  });
});
