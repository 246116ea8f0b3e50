import { describe, expect, it } from 'vitest';
import { parseApps } from '../../../server/config/apps.ts';
import { publicWebhook } from '../../../server/webhooks/settings.ts';
import { otherSecret, webhookSecret } from '../../support/receiver.ts';

const good = { url: 'https://api.example.com/events', secrets: [webhookSecret] };
const app = (client_id: string, ...webhooks: object[]) => ({ client_id, pool: 'shop', name: 'Shop', environments: ['staging'], webhooks });
const read = (...apps: object[]) => parseApps('apps.yaml', JSON.stringify({ apps }));

describe("an app's webhooks", () => {
  it('want all events but those on request, and are named after the host', () => {
    const [shop] = read(app('shop', good));
    expect(shop?.webhooks).toMatchObject([{ allow_private: false, events: expect.arrayContaining(['user.created', 'email.verified']) }]);
    expect(shop?.webhooks[0]?.events).not.toContain('session.created');
  });

  it('show no secret', () => {
    const [shop] = read(app('shop', { ...good, secrets: [webhookSecret, otherSecret] }));
    const shown = JSON.stringify(shop?.webhooks.map(publicWebhook));
    expect(shown).toContain('api.example.com');
    expect(shown).not.toMatch(/whsec|secret/);
  });

  it('may have one name in two environments', () => {
    expect(read(app('shop', good, { ...good, environment: 'staging' }))).toHaveLength(1);
  });

  it.each([
    ['plain http', { url: 'http://api.example.com/' }, 'url: must be https://… unless allow_private is true'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'url: must be a public address unless allow_private is true'],
    ['this machine', { url: 'https://[::1]/' }, 'url: must be a public address'],
    ['a number for an address', { url: 'https://2130706433/' }, 'url: must be a public address'],
    ['a password in the address', { url: 'https://a:b@api.example.com/' }, 'url: must not have a user name or a password'],
    ['another scheme', { url: 'ftp://api.example.com/' }, 'url: must be an address'],
    ['no secret', { secrets: [] }, 'secrets: must have at least 1'],
    ['three secrets', { secrets: [webhookSecret, otherSecret, webhookSecret] }, 'secrets: must be at most 2'],
    ['a short secret', { secrets: ['whsec_c2hvcnQ='] }, 'secrets.0: must be whsec_ and the base64 of 24 to 64 random bytes'],
    ['an unknown event', { events: ['user.vanished'] }, 'events.0: must be user.created or'],
    ['a test as an event', { events: ['webhook.test'] }, 'events.0: must be user.created or'],
    ['an unknown environment', { environment: 'dev' }, 'environment: must be one of the environments of the app'],
    ['an unknown field', { topics: [] }, 'topics: is not a known field'],
  ])('refuse %s', (_name, change, problem) => {
    expect(() => read(app('shop', { ...good, ...change }))).toThrow(`apps.0.webhooks.0.${problem}`);
  });

  it('refuse two of one name in a pool, and no secret is in the error', () => {
    const other = { ...good, secrets: [otherSecret] };
    expect(() => read(app('shop', good), app('other', other))).toThrow(
      'apps.1.webhooks.0.name: api.example.com is already the name of another endpoint in the pool',
    );
    expect(() => read(app('shop', { ...good, secrets: ['whsec_secret-value'] }))).not.toThrow('secret-value');
  });
});
