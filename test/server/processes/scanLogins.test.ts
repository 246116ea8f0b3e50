// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { createDatabase } from '../../support/database.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { startProcess } from '../../support/process.ts';
import { scanSides } from '../../support/scanLogins.ts';

/** A person with an account on QQ alone. */
async function logInOnQq(client: Client, name: string) {
  const { token, user_info } = await client.login('qq', name);
  return { name, token, id: user_info.id as number };
}
type Person = Awaited<ReturnType<typeof logInOnQq>>;

/** Ways in which an account goes. @returns the status */
const endings: [name: string, end: (client: Client, person: Person) => Promise<number>][] = [
  ['closed', async (client, { token }) => (await client.call('requestClosure', { token })).status],
  [
    'merged',
    async (client, { name }) => {
      const { token } = await client.login('wechat', name);
      const ticket = await ticketFor(client, token, { platform: 'qq', code: await client.codeFor('qq', name) });
      return (await mergeWith(client, token, ticket)).status;
    },
  ],
];

describe('a scan login whose page is on one process and whose phone is on another', () => {
  it('lets the page in, once, and no page of an account that was closed or merged in the meantime', async () => {
    const DATABASE_URL = await createDatabase();
    const pageServer = await startProcess({ DATABASE_URL });
    const phoneServer = await startProcess({ DATABASE_URL }, pageServer.origin, { closure_grace_days: 0 });
    const [page, phone] = [scanSides(pageServer), scanSides(phoneServer)];
    const confirmed = async (token: string) => {
      const { ticket, poll_token } = (await page.create()).body;
      expect((await page.poll(poll_token)).body.status).toBe('waiting');
      expect((await phone.open(token, { ticket })).status).toBe(200);
      expect((await page.poll(poll_token)).body.status).toBe('scanned');
      expect((await phone.confirm(token, { ticket })).status).toBe(200);
      return String(poll_token);
    };

    const larry = await logInOnQq(phoneServer, 'larry');
    const token = await confirmed(larry.token);
    const polls = await Promise.all([page, phone, page, phone].map(({ poll }) => poll(token)));
    expect(polls.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    const { session } = polls.find(({ status }) => status === 200)?.body ?? {};
    expect((await pageServer.call('getMe', { token: session.token })).body.id).toBe(larry.id);

    for (const [name, end] of endings) {
      const before = await logInOnQq(phoneServer, `${name}-before`);
      const late = await confirmed(before.token);
      expect(await end(phoneServer, before)).toBe(200);
      expect([name, (await page.poll(late)).body]).toMatchObject([name, { code: 'scan_login_not_found' }]);

      for (let turn = 0; turn < 5; turn++) {
        const meanwhile = await logInOnQq(phoneServer, `${name}-${turn}`);
        const raced = await confirmed(meanwhile.token);
        const [status, { body }] = await Promise.all([end(phoneServer, meanwhile), page.poll(raced)]);
        expect(status).toBe(200);
        // Whichever was first, the page has no session of an account that is gone.
        if (body.session) expect([name, (await pageServer.call('getMe', { token: body.session.token })).status]).toEqual([name, 401]);
        else expect([name, body.code]).toEqual([name, 'scan_login_not_found']);
      }
    }
  });
});
