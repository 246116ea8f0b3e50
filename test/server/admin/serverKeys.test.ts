import { describe, expect, it } from 'vitest';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';
import { postForm } from '../../support/serverKeys.ts';

describe('the commands for server keys', () => {
  it('make a key that works at once, list it without the key, and revoke it at once', async () => {
    const database = await createDatabase();
    const server = await startServer({ database });
    const env = { DATABASE_URL: database };
    const created = await adminJson(['create-key', '--app', 'sandbox', '--name', 'orders', '--scope', 'introspect'], env);
    expect(created).toMatchObject({
      app: 'sandbox',
      name: 'orders',
      scopes: ['introspect'],
      key: expect.stringMatching(/^mlk\.sandbox\./),
    });
    const introspect = () => postForm(server, 'introspectToken', `Bearer ${created.key}`, { token: 'x' });
    expect(await introspect()).toMatchObject({ status: 200 });
    await server.services.background.settled();

    const { output } = await admin(['list-keys', '--app', 'sandbox', '--json'], env);
    expect(JSON.parse(output)).toMatchObject([
      { id: created.id, name: 'orders', scopes: ['introspect'], last_used_at: expect.any(String) },
    ]);
    expect(output).not.toContain(created.key);
    expect(JSON.stringify(await server.store.selectFrom('server_keys').selectAll().execute())).not.toContain(created.key);

    expect(await adminJson(['revoke-key', '--app', 'sandbox', '--key', created.id], env)).toEqual({ revoked: created.id });
    expect((await introspect()).status).toBe(401);
    const entries = await server.store.selectFrom('audit_entries').select('event').where('operation', '=', 'admin').execute();
    expect(entries.map(({ event }) => event).sort()).toEqual(['server_key_created', 'server_key_revoked']);
  });

  it.each([
    ['an unknown app', ['create-key', '--app', 'unlisted', '--scope', 'introspect'], 'has no app unlisted'],
    [
      'an unknown scope',
      ['create-key', '--app', 'sandbox', '--scope', 'everything'],
      'Unknown scope everything; the scopes are introspect',
    ],
    ['no scope', ['create-key', '--app', 'sandbox'], "required option '--scope"],
    ['an unknown key', ['revoke-key', '--app', 'sandbox', '--key', '123'], 'has no key 123'],
  ])('refuse %s in one line', async (_case, args, problem) => {
    const database = await createDatabase();
    await startServer({ database });
    const { code, errors } = await admin(args, { DATABASE_URL: database });
    expect(code).not.toBe(0);
    expect(errors).toContain(problem);
  });
});
