import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { banUser } from '../../server/accounts/bans.ts';
import { lockUser } from '../../server/accounts/users.ts';
import { inTransaction } from '../../server/store/inTransaction.ts';
import { otherSecret, webhookSecret } from '../support/receiver.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { keyWith } from '../support/serverKeys.ts';

import { forgedTokens } from './forgedTokens.ts';
import { type Example, lacksTools } from './readme.ts';
import { runBackend } from './runBackend.ts';

interface Backend extends Example {
  /** Whether it asks the service about each token; else it verifies access tokens by itself. */
  asks?: true;
  /** Whether it hears of what happens to users. */
  hears?: true;
}

const java = ['java -version', 'mvn --version'];
const backends: Backend[] = [
  { name: 'backends/express', needs: ['npm --version'], hears: true },
  { name: 'backends/spring-opaque', needs: java, asks: true },
  { name: 'backends/spring-jwt', needs: java, hears: true },
  { name: 'backends/go', needs: ['go version'], hears: true },
  { name: 'backends/fastapi', needs: ['python3 -c "import ensurepip, venv"'], hears: true },
  { name: 'backends/axum', needs: ['cargo --version'], hears: true },
];

/** Requests to an example's orders. */
function ordersAt(url: string) {
  const send = async (authorization: string | undefined, body?: object) =>
    fetch(`${url}/orders`, {
      headers: { ...(authorization !== undefined && { Authorization: authorization }), 'Content-Type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  const read = async (token: string) => (await send(`Bearer ${token}`)).json();
  const statusOf = async (authorization: string | undefined) => {
    const { status, headers } = await send(authorization);
    return status === 401 ? `401 ${headers.get('WWW-Authenticate')?.split(' ')[0]}` : String(status);
  };
  return { send, read, statusOf };
}

/** A person who is logged in, and the token that the app sends to the team's API. */
async function person(server: TestServer, name: string, { asks }: Backend) {
  const { token: session, user_id: id } = await server.login('wechat', name);
  const accessToken: string = (await server.call('createAccessToken', { token: session })).body.access_token;
  return { id, session, accessToken, token: asks ? session : accessToken };
}

/** Sends an event as the service does. @returns the status of the answer */
async function sendEvent(url: string, secret: string, event: object): Promise<number> {
  const body = JSON.stringify(event);
  const [id, at] = ['event-1', new Date()];
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return (await fetch(`${url}/login-events`, { method: 'POST', headers, body })).status;
}

describe.each(backends)('the example $name', (example) => {
  it.skipIf(lacksTools(example))(
    'starts as its README says, and answers those with a valid token alone',
    { timeout: 900_000 },
    async () => {
      const server = await startServer({ otherApps: (app) => [{ ...app, client_id: 'other' }] });
      const { key } = await keyWith(server, 'introspect');
      const url = await runBackend(example, server.origin, { SERVER_KEY: key, WEBHOOK_SECRET: webhookSecret });
      const { send, read, statusOf } = ordersAt(url);
      const larry = await person(server, 'larry', example);
      const monica = await person(server, 'monica', example);

      const order = { user: String(larry.id), item: 'tea' };
      const created = await send(`Bearer ${larry.token}`, { item: 'tea' });
      expect({ status: created.status, body: await created.json() }).toEqual({ status: 201, body: order });
      expect([await read(larry.token), await read(monica.token)]).toEqual([[order], []]);

      const refused: Record<string, string | undefined> = {
        absent: undefined,
        'of another scheme': `Hydrogen-r1 ${larry.session}`,
        'that is unknown': 'Bearer unknown',
        "of another app's user": `Bearer ${(await server.call('loginAnonymously', { headers: { 'X-Hydrogen-Client-ID': 'other' } })).body.token}`,
      };
      for (const [name, token] of Object.entries(await forgedTokens(server, larry.accessToken))) refused[name] = `Bearer ${token}`;
      // The service knows its own token, whichever API it is for.
      if (example.asks) delete refused['for another API'];
      const answers = Object.entries(refused).map(async ([name, authorization]) => [name, await statusOf(authorization)]);
      expect(Object.fromEntries(await Promise.all(answers))).toEqual(
        Object.fromEntries(Object.keys(refused).map((name) => [name, '401 Bearer'])),
      );

      if (example.hears) {
        const tell = (type: string, data: object) => sendEvent(url, webhookSecret, { type, timestamp: new Date().toISOString(), data });
        expect(await sendEvent(url, otherSecret, { type: 'user.closed', timestamp: '', data: { user_id: larry.id } })).toBe(401);
        expect(await tell('user.of.the.future', { user_id: larry.id })).toBe(204);
        expect(await read(larry.token)).toEqual([order]);
        // An event may come twice.
        for (let times = 0; times < 2; times++) expect(await tell('user.merged', { user_id: larry.id, merged_into: monica.id })).toBe(204);
        expect([await read(larry.token), await read(monica.token)]).toEqual([[], [{ ...order, user: String(monica.id) }]]);
        for (let times = 0; times < 2; times++) expect(await tell('user.closed', { user_id: monica.id })).toBe(204);
        expect(await read(monica.token)).toEqual([]);
      }

      await server.call('logout', { token: larry.session });
      await inTransaction(server.tenant, async (tx) => banUser(tx, await lockUser(tx, monica.id), { reason: '', until: null }));
      // An access token is valid until it ends.
      const ended = example.asks ? '401 Bearer' : '200';
      expect([await statusOf(`Bearer ${larry.token}`), await statusOf(`Bearer ${monica.token}`)]).toEqual([ended, ended]);
      expect((await server.call('createAccessToken', { token: larry.session })).status).toBe(401);
      expect((await server.call('createAccessToken', { token: monica.session })).status).toBe(403);
    },
  );
});
