// @module-tag fault
import { describe, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

describe('simultaneous starts', () => {
  it('two processes on an empty database: both are ready', async () => {
    const DATABASE_URL = await createDatabase();
    const servers = await Promise.all([startProcess({ DATABASE_URL }), startProcess({ DATABASE_URL })]);
    for (const server of servers) await server.login('wechat', 'larry');
  });
});
