import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSealed } from '../../../server/platforms/sealed.ts';
import { createDatabase } from '../../support/database.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { withSettings } from '../../support/platforms.ts';
import { askSandbox } from '../../support/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const token = '/api/rmp/token';
const session = '/api/rmp/session';

const configured = (settings: object) => withSettings('xiaohongshu', settings);

/** Makes the sandbox issue two tokens, of which ours is then neither. */
async function issueTwo(server: TestServer) {
  const body = { appid: 'sandbox-xiaohongshu', secret: 'sandbox-secret-of-xiaohongshu' };
  for (const _ of [1, 2]) await askSandbox(server, `xiaohongshu${token}`, body);
}

describe("Xiaohongshu's access token", () => {
  it('is requested once for first logins at the same time, in two processes and in every environment', async () => {
    const { fetch, sent } = counting();
    const database = await createDatabase();
    const first = await startServer({ fetch, database });
    const base_url = `${first.origin}/sandbox/xiaohongshu`;
    const second = await startServer({ fetch, database, configure: configured({ base_url }) });
    const codes = await Promise.all(Array.from({ length: 8 }, (_, index) => first.codeFor('xiaohongshu', `person${index}`)));
    const replies = await Promise.all(
      codes.map((code, index) =>
        (index % 2 ? first : second).call('silentLoginXiaohongshu', {
          body: { code },
          ...(index > 5 && { headers: { 'X-Hydrogen-Env-ID': 'staging' } }),
        }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect([sent(token), sent(session)]).toEqual([1, 8]);
  });

  it('is replaced once if Xiaohongshu refuses it, and the same code logs in', async () => {
    const { fetch, sent } = counting();
    const server = await startServer({ fetch });
    await server.login('xiaohongshu', 'larry');
    await issueTwo(server);
    await server.login('xiaohongshu', 'larry');
    expect([sent(token), sent(session)]).toEqual([2, 3]);
  });

  it('that stays refused is the operator’s to mend, after one more try', { tags: 'fault' }, async () => {
    const { fetch: send, sent } = counting();
    const server = await startServer({
      fetch: async (input, init) => {
        const response = await send(input, init);
        return new URL(String(input)).pathname.endsWith(session) ? Response.json({ success: false, code: 410101 }) : response;
      },
    });
    const reply = await server.call('silentLoginXiaohongshu', { body: { code: 'any' } });
    expect(reply).toMatchObject({ status: 500, body: { code: 'app_misconfigured' } });
    expect([sent(token), sent(session)]).toEqual([2, 2]);
  });

  it.each([
    [
      'resets the connection',
      (): Promise<Response> => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: new Error('reset') })),
    ],
    ['answers HTML', async () => new Response('<html>')],
    ['answers 500', async () => new Response('no', { status: 500 })],
    ['refuses the code', async () => Response.json({ success: false, code: 410103, msg: 'code mismatch' })],
  ])('is in no log line and no answer if the exchange %s', { tags: 'fault' }, async (_case, answer) => {
    let given = '';
    const server = await startServer({
      fetch: async (input, init) => {
        const url = new URL(String(input));
        if (url.pathname.endsWith(session)) {
          given = url.searchParams.get('access_token') ?? '';
          return answer();
        }
        return fetch(input, init);
      },
    });
    const { body } = await server.call('silentLoginXiaohongshu', { body: { code: await server.codeFor('xiaohongshu', 'larry') } });
    expect(given.length).toBeGreaterThan(16);
    const rows = await server.store.selectFrom('platform_tokens').selectAll().execute();
    expect(JSON.stringify([server.logLines(), body, rows])).not.toContain(given);
  });
});

describe("Xiaohongshu's exchange", () => {
  it.each(['app_id', 'appid'])('names the app as %s, if so configured', async (app_id_parameter) => {
    const names: string[] = [];
    const server = await startServer({
      configure: configured({ app_id_parameter }),
      fetch: (input, init) => {
        const url = new URL(String(input));
        if (url.pathname.endsWith(session)) names.push(...url.searchParams.keys());
        return fetch(input, init);
      },
    });
    await server.login('xiaohongshu', 'larry');
    expect(names).toEqual([app_id_parameter, 'access_token', 'code']);
  });

  it.each([
    ['open_id', ({ openid, ...data }: Record<string, unknown>) => ({ ...data, open_id: openid }), (reply: object) => reply],
    ['numbers as text', (data: Record<string, unknown>) => data, (reply: object) => ({ ...reply, code: '0' })],
  ])('accepts %s', async (_case, change, changeReply) => {
    const server = await startServer({
      fetch: altering(session, (reply) => ({ ...changeReply(reply), data: change(reply.data as Record<string, unknown>) })),
    });
    const older = await startServer();
    expect((await server.login('xiaohongshu', 'larry')).openid).toBe((await older.login('xiaohongshu', 'larry')).openid);
  });

  it.each([
    [token, { success: false, code: 410004, msg: 'secret' }, 'app_misconfigured'],
    [token, { success: true, code: 0, data: {} }, 'platform_failed'],
    [token, { success: true, code: '0', data: { access_token: 't', expire_in: 'soon' } }, 'platform_failed'],
    [session, { success: false, code: 410002 }, 'app_misconfigured'],
    [session, { success: false }, 'platform_failed'],
    [session, { success: false, code: '410103' }, 'code_invalid'],
    [session, { success: false, code: 2 }, 'platform_busy'],
    [session, { code: 0, data: { openid: 1, session_key: 'k' } }, 'platform_failed'],
    [session, { code: 0, data: { openid: 'o1' } }, 'platform_failed'],
  ] as const)('%s replied with %j: %s', { tags: 'fault' }, async (path, reply, code) => {
    const server = await startServer({ fetch: altering(path, () => ({ ...reply })) });
    expect((await server.call('silentLoginXiaohongshu', { body: { code: 'any' } })).body.code).toBe(code);
  });

  it('opens data with a session key of 24 bytes, too', async () => {
    const [key, iv] = [randomBytes(24), randomBytes(16)];
    const cipher = createCipheriv('aes-192-cbc', key, iv);
    const encryptedData = Buffer.concat([cipher.update('{"mobile":"1"}'), cipher.final()]).toString('base64');
    expect(openSealed({ encryptedData, iv: iv.toString('base64') }, key.toString('base64'))).toEqual({ mobile: '1' });
  });
});
