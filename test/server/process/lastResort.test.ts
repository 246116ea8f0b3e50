// @module-tag fault
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/process.ts';

describe('an uncaught error', () => {
  it.each([
    ['an uncaught error', 'throw error'],
    ['an unhandled rejection', 'Promise.reject(error)'],
  ])('%s: the process exits, and the log has the error without the row', async (_what, code) => {
    // The server never does this, so a signal triggers it.
    const file = `${createFolder()}/fail.mjs`;
    const error = `Object.assign(new Error('duplicate key'), { detail: 'Key (phone)=(13900139000) already exists.' })`;
    writeFileSync(file, `process.on('SIGUSR2', () => { const error = ${error}; ${code}; });`);
    const server = await startProcess({ DATABASE_URL: await createDatabase(), NODE_OPTIONS: `--import=${file}` });
    server.secrets.add('13900139000');
    server.kill('SIGUSR2');
    const { how, output } = await server.ended;
    expect(how).toBe(1);
    expect(output).toMatch(/"level":60.*"message":"duplicate key".*uncaught exception/);
  });
});
