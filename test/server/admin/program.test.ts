import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { variableNames } from '../../../server/config/settings.ts';
import { admin, adminHere } from '../../support/admin.ts';
import { nodeEnv } from '../../support/nodeEnv.ts';

const run = promisify(execFile);

describe('npm run admin', () => {
  it('runs, and exits with the error', async () => {
    const { stdout } = await run('npm', ['run', '-s', 'admin', '--', '--help']);
    expect(stdout).toContain('find-user');
    const wrong = run('npm', ['run', '-s', 'admin', '--', 'fly']);
    await expect(wrong).rejects.toMatchObject({ code: 2, stdout: '', stderr: "error: unknown command 'fly'\n" });
  });

  it.each(['deploy/README.md', 'deploy/README.zh-CN.md'])('has every command, and every variable, in a table of %s', async (page) => {
    const rows =
      readFileSync(page, 'utf8')
        .match(/^\| .*$/gm)
        ?.join('\n') ?? '';
    const { output } = await adminHere(['--help'], {});
    const [, list = ''] = /^Commands:\n(.*?)\n\n/ms.exec(output) ?? [];
    const commands = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(20);
    expect([...commands, ...variableNames].filter((name) => !rows.includes(`\`${name}`))).toEqual([]);
  });

  it('ends without an error if its reader stops early, as head does', async () => {
    const command = spawn('node', ['server/admin/start.js', '--help'], { env: nodeEnv });
    command.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
  });

  it('does not create a missing database', async () => {
    const env = { DATABASE_URL: 'sqlite:/nowhere/login.db' };
    const errors = 'DATABASE_URL: no database at /nowhere/login.db\n';
    expect(await admin(['find-user', '--app', 'demo', '--user', '1'], env)).toEqual({ code: 1, output: '', errors });
  });
});
