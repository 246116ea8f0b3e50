// @module-tag fault
import { it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

it('two processes that start at once on an empty database: both are ready', async () => {
  const DATABASE_URL = await createDatabase();
  const servers = await Promise.all([startProcess({ DATABASE_URL }), startProcess({ DATABASE_URL })]);
  for (const server of servers) await server.login('wechat', 'larry');
});
