import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { registerEmail, registerUser } from '../../support/accounts.ts';
import { adminHere } from '../../support/admin.ts';
import { auditOf } from '../../support/audit.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startMailServer } from '../../support/mailServer.ts';
import { startServer } from '../../support/server.ts';

it('send-password-reset mails the link that the user can request, and names the operator in the audit trail', async () => {
  const DATABASE_URL = await createDatabase();
  const server = await startServer({ database: DATABASE_URL });
  const APPS_FILE = `${createFolder()}/apps.json`;
  writeFileSync(APPS_FILE, JSON.stringify({ apps: [sandboxApp(`${server.origin}/sandbox`)] }));
  const mailServer = await startMailServer();
  const mail = { SMTP_URL: mailServer.url, MAIL_FROM: 'no-reply@example.com', PUBLIC_URL: server.origin };
  const env: Record<string, string> = { DATABASE_URL, APPS_FILE, OPERATOR: 'mei.wang', ...mail };
  const send = (id: number, changed: Record<string, string> = {}) =>
    adminHere(['send-password-reset', '--app', 'sandbox', '--user', String(id), '--json'], { ...env, ...changed });
  const { id } = await registerEmail(server, 'mei@example.com');

  const { code, output, errors } = await send(id);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(JSON.parse(output)).toEqual({ sent: 'mei@example.com', valid_for_seconds: 3600 });
  const [link = ''] = /http\S+password-reset\S+/.exec(mailServer.received[0]?.text ?? '') ?? [];
  const page = await fetch(link);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('mei@example.com');
  expect(await auditOf(server)).toContainEqual(
    expect.objectContaining({ event: 'password_reset_requested', user_id: id, operation: 'admin', done_by: 'mei.wang' }),
  );

  // As for users, once a minute.
  expect(await send(id)).toMatchObject({ code: 1, output: '' });
  expect(mailServer.received).toHaveLength(1);
  const { id: other } = await registerUser(server, 'larry');
  expect(await send(other)).toMatchObject({ code: 1, errors: `user ${other} has no e-mail address\n` });
  expect(await send(id, { SMTP_URL: '' })).toMatchObject({ code: 1, errors: expect.stringContaining('SMTP_URL: is not set') });
});
