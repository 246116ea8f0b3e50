// @module-tag fault
import { type AddressInfo, createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEndpoints } from '../../../server/webhooks/endpoints.ts';
import { isPublicAddress } from '../../../server/webhooks/publicAddress.ts';
import { createSend } from '../../../server/webhooks/send.ts';
import { otherSecret, startReceiver, webhookSecret } from '../../support/receiver.ts';

const event = { eventId: 'evt_1', body: '{"type":"webhook.test","timestamp":"2026-11-21T08:00:00Z","data":{}}' };

/** A port of this machine, and the connections that were made to it. */
async function startInnerService() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

/** Sends an event to an address that no configuration has checked. */
function sendTo(url: string) {
  const settings = { name: 'x', url, secrets: [webhookSecret], events: [], environment: undefined, allow_private: false };
  const [endpoint] = createEndpoints([{ pool: 'app', webhooks: [settings] }]).all;
  if (!endpoint) throw new Error('no endpoint');
  return createSend(5000)(endpoint, event);
}

describe('a webhook endpoint', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::]',
    '0.0.0.0',
  ])('the address %s, which is this machine: no connection is made', async (host) => {
    const { port, connections } = await startInnerService();
    for (const scheme of ['http', 'https']) {
      expect(await sendTo(`${scheme}://${host}:${port}/`)).toMatchObject({
        status: undefined,
        problem: expect.stringContaining('not public'),
      });
    }
    expect(connections()).toBe(0);
  });

  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '64:ff9b::a00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '::ffff:10.0.0.1',
  ])('the address %s, private or reserved: not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])('the address %s: public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a forged webhook', () => {
  it('no signature, another secret, another body, an old time: refused by the receiver', async () => {
    const receiver = await startReceiver();
    const now = new Date();
    const signed = (secret: string, at: Date, body = event.body) => ({
      'webhook-id': event.eventId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(event.eventId, at, body),
    });
    const post = async (headers: Record<string, string>, body = event.body) =>
      (await fetch(receiver.url, { method: 'POST', headers, body })).status;
    expect(await post(signed(webhookSecret, now))).toBe(204);
    const { 'webhook-signature': _, ...unsigned } = signed(webhookSecret, now);
    const forged = [
      post(unsigned),
      post(signed(otherSecret, now)),
      post(signed(webhookSecret, now), event.body.replace('test', 'best')),
      post(signed(webhookSecret, new Date(now.getTime() - 6 * 60_000))),
      post({ ...signed(webhookSecret, now), 'webhook-id': 'evt_2' }),
      post({ ...signed(webhookSecret, new Date(0)), 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) }),
    ];
    expect(await Promise.all(forged)).toEqual(forged.map(() => 401));
    expect(receiver.received).toHaveLength(1);
  });
});
