import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { admin } from '../../support/admin.ts';

const run = promisify(execFile);

describe('npm run admin', () => {
  it('runs, and exits with the error', async () => {
    const { stdout } = await run('npm', ['run', '-s', 'admin', '--', '--help']);
    expect(stdout).toContain('find-user');
    const wrong = run('npm', ['run', '-s', 'admin', '--', 'fly']);
    await expect(wrong).rejects.toMatchObject({ code: 2, stdout: '', stderr: "error: unknown command 'fly'\n" });
  });

  it('does not create a missing database', async () => {
    const env = { DATABASE_URL: 'sqlite:/nowhere/login.db' };
    const errors = 'DATABASE_URL: no database at /nowhere/login.db\n';
    expect(await admin(['find-user', '--app', 'demo', '--id', '1'], env)).toEqual({ code: 1, output: '', errors });
  });
});
