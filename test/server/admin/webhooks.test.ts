import { writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { startDelivery } from '../../../server/webhooks/delivery.ts';
import { registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { endpointFor, startReceiver, webhookSecret } from '../../support/receiver.ts';
import { startServer } from '../../support/server.ts';

describe('the commands for webhooks', () => {
  it('change users with their events, send a test, list deliveries and repeat them', async () => {
    const receiver = await startReceiver();
    const database = await createDatabase();
    const webhooks = [endpointFor(receiver)];
    const server = await startServer({ database, configure: (app) => ({ ...app, webhooks }) });
    const APPS_FILE = `${createFolder()}/apps.json`;
    writeFileSync(APPS_FILE, JSON.stringify({ apps: [{ ...sandboxApp(`${server.origin}/sandbox`), webhooks }] }));
    const env = { DATABASE_URL: database, APPS_FILE };
    const { id } = await registerUser(server);
    const delivery = startDelivery(server.services.endpoints.all, server.services);
    onTestFinished(() => delivery.stop());

    await adminJson(['ban-user', '--app', 'sandbox', '--user', String(id), '--reason', 'spam'], env);
    const { delivery_id } = await adminJson(['send-test-event', '--app', 'sandbox', '--endpoint', 'orders'], env);
    await expect.poll(() => receiver.received.map(({ type }) => type).sort()).toEqual(['user.banned', 'user.created', 'webhook.test']);
    const { deliveries } = await adminJson(['list-deliveries', '--app', 'sandbox', '--user', String(id)], env);
    expect(deliveries).toMatchObject([{ type: 'user.banned' }, { type: 'user.created', created_at: expect.stringContaining('T') }]);
    expect(await adminJson(['replay-deliveries', '--app', 'sandbox', '--delivery', String(delivery_id)], env)).toEqual({ replayed: 1 });
    await expect.poll(() => receiver.received.length).toBe(4);

    const listed = await admin(['list-apps'], env);
    expect(listed.output).toContain(receiver.url);
    expect(listed.output).not.toContain(webhookSecret);
    const unlisted = await admin(['send-test-event', '--app', 'sandbox', '--endpoint', 'unlisted'], env);
    expect([unlisted.code, unlisted.errors]).toEqual([1, '--endpoint: app sandbox has orders in APPS_FILE, not unlisted\n']);
    expect((await admin(['replay-deliveries', '--app', 'sandbox'], env)).errors).toContain('--delivery, --endpoint or --since is needed');
  });
});
