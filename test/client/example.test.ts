import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../tools/buildClient.ts';
import { startServer } from '../support/server.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'example-'));
describe('the example of client/README', () => {
  afterAll(() => rm(folder, { recursive: true }));

  it('compiles against the packed package alone, and runs', async () => {
    const project = join(folder, 'project');
    await cp('test/client/example', project, { recursive: true });
    await buildPackage(join(folder, 'package'));
    const { stdout: tarball } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(folder, 'package') });
    await run('npm', ['install', '--offline', '--no-audit', `miniprogram-login-client@file:${join(folder, tarball.trim())}`], {
      cwd: project,
    });

    await run(resolve('node_modules/.bin/tsc'), [], { cwd: project });

    const { origin } = await startServer();
    const source = await readFile(join(project, 'register.ts'), 'utf8');
    expect(await readFile('README.md', 'utf8')).toContain(source);
    await writeFile(join(project, 'register.ts'), source.replace('http://127.0.0.1:3000', origin));
    const register = async () => (await run(process.execPath, ['register.ts'], { cwd: project })).stdout;
    expect(await register()).toBe('registered ada\n');
    expect(await register()).toBe('username_taken ada\n');
  });
});
