// @module-tag fault
import { chmodSync, chownSync, copyFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder } from '../../support/folder.ts';
import { spawnServer, startProcess } from '../../support/process.ts';

const anotherUser = 65_534;
const isRoot = process.getuid?.() === 0;

const readiness = async ({ origin }: { origin: string }) => (await fetch(`${origin}/readyz`)).status;

function replaceByCopy(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}

describe('files of the database', () => {
  it.each([
    ['moved', (file: string) => renameSync(file, `${file}.moved`)],
    ['removed with its log', (file: string) => ['', '-wal', '-shm'].map((suffix) => rmSync(file + suffix))],
    ['replaced by a copy', replaceByCopy],
    ['left without its log', (file: string) => rmSync(`${file}-wal`)],
  ])('a file %s under a running server: not ready, and the log says what is lost', async (_case, act) => {
    const file = `${createFolder()}/login.db`;
    const server = await startProcess({ DATABASE_URL: `sqlite:${file}` });
    expect(await readiness(server)).toBe(200);
    act(file);
    expect(await readiness(server)).toBe(503);
    server.kill('SIGTERM');
    expect((await server.ended).output).toMatch(/was removed or replaced while \S+login\.db is in use: writes are being lost/);
  });

  it('a database that another process opens and closes: ready', async () => {
    const DATABASE_URL = `sqlite:${createFolder()}/login.db`;
    const server = await startProcess({ DATABASE_URL });
    const other = await startProcess({ DATABASE_URL });
    expect(await readiness(other)).toBe(200);
    other.kill('SIGTERM');
    await other.ended;
    expect(await readiness(server)).toBe(200);
  });

  it('an open umask, and files that everyone can read: database, neighbouring files and key are readable by their owner only', async () => {
    const folder = createFolder();
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    writeFileSync(`${folder}/old.db`, '', { mode: 0o666 });
    for (const name of ['new', 'old']) {
      const server = await startProcess({ DATABASE_URL: `sqlite:${folder}/${name}.db`, SECRET_KEY: '' });
      await server.login('wechat', 'larry');
    }
    const modes = readdirSync(folder).map((name) => [name, (statSync(`${folder}/${name}`).mode & 0o777).toString(8)]);
    const kept = ['new.db', 'new.db-shm', 'new.db-wal', 'old.db', 'old.db-shm', 'old.db-wal', 'secret.key'];
    expect(modes.toSorted()).toEqual(kept.map((name) => [name, '600']));
  });

  it.skipIf(!isRoot).each([
    ['a database of another user', 0o644, (folder: string) => [`${folder}/login.db`, 'written']],
    ['a folder that may not be written to', 0o755, (folder: string) => [folder, 'written']],
    ['a key of another user', 0o600, (folder: string) => [`${folder}/secret.key`, 'read']],
  ])('%s: the start names the file, the user and the remedy', async (what, mode, expected) => {
    const folder = createFolder();
    const first = await startProcess({ DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: '' });
    first.kill('SIGTERM');
    await first.ended;
    for (const path of [folder, `${folder}/login.db`, `${folder}/secret.key`]) chownSync(path, anotherUser, anotherUser);
    const [path = '', use] = expected(folder);
    chownSync(path, 0, 0);
    chmodSync(path, mode);
    const server = spawnServer({ DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: '' }, 'node', 'server/main.ts', {
      uid: anotherUser,
      gid: anotherUser,
    });
    const { how, output } = await server.ended;
    const reason = `${path} cannot be ${use} by user ${anotherUser}: it belongs to user 0 (mode ${mode.toString(8)}); chown ${anotherUser} it, or run as its owner`;
    expect({ what, how, output }).toEqual({ what, how: 1, output: `Cannot start:\nDATABASE_URL: ${reason}\n` });
  });

  it.skipIf(!isRoot)('a folder that is not writable, at the first start: the start names the setting and the user', async () => {
    const folder = createFolder();
    chmodSync(folder, 0o755);
    const server = spawnServer({ DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: '' }, 'node', 'server/main.ts', {
      uid: anotherUser,
    });
    const { how, output } = await server.ended;
    expect(how).toBe(1);
    expect(output).toContain(
      `Cannot start:\nDATABASE_URL: ${folder} cannot be written by user ${anotherUser}: it belongs to user 0 (mode 755)`,
    );
  });
});
