import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const free = ['free-phone', '--app', 'sandbox', '--phone', '+86 138 0013 8000'];

describe('free-phone', () => {
  it('releases a verified number, which its new holder can verify', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ database: DATABASE_URL });
    const owner = await addUser(server, { phone: '13800138000', phone_verified: 1 });
    const sole = `13800138000 is the only login method of user ${owner.id}; use --yes to release it anyway\n`;
    expect(await admin(free, { DATABASE_URL })).toEqual({ code: 1, output: '', errors: sole });
    expect(await adminJson([...free, '--yes'], { DATABASE_URL })).toEqual({ freed: '13800138000', from_user: owner.id });
    expect(await admin(free, { DATABASE_URL })).toMatchObject({ code: 1, errors: expect.stringContaining('it is free') });

    const { token } = await registerUser(server);
    await server.call('sendSmsCode', { body: { phone: '13800138000' } });
    const body = { phone: '13800138000', code: await server.smsCodeTo('13800138000') };
    expect((await server.call('verifyPhone', { token, body })).status).toBe(200);
  });
});
