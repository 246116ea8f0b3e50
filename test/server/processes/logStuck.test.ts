// @module-tag fault
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../support/command.ts';
import { createFolder } from '../../support/folder.ts';
import { secretKey } from '../../support/secrets.ts';

/** A path that makes a long line of the log. */
const longPath = `/${'x'.repeat(7000)}`;
/** Enough lines to exceed the buffer. */
const many = 700;

interface Logging {
  origin: string;
  child: ChildProcess;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  ask(path: string): Promise<number>;
  droppedLines(): Promise<number>;
}

/** A server whose standard output is what the test says, ready. */
async function startLogging(stdout: number | 'pipe', options = ''): Promise<Logging> {
  const port = await freePort();
  const child = spawn('node', ['server/main.ts'], {
    env: { PATH: process.env.PATH, PORT: String(port), SECRET_KEY: secretKey, DATABASE_URL: 'sqlite::memory:', NODE_OPTIONS: options },
    stdio: ['ignore', stdout, 'inherit'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const origin = `http://127.0.0.1:${port}`;
  const ask = async (path: string) => {
    const response = await fetch(origin + path);
    await response.arrayBuffer();
    return response.status;
  };
  await expect.poll(() => ask('/healthz').catch(() => 0), { timeout: 30_000 }).toBe(200);
  const droppedLines = async () => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    return Number(/^login_log_lines_dropped_total (\d+)/m.exec(text)?.[1]);
  };
  return { origin, child, ended, ask, droppedLines };
}

/** Asks for so much that the log has no more place for it. */
async function overfill({ ask, droppedLines }: Logging): Promise<void> {
  for (let asked = 0; asked < many; asked += 10) {
    const statuses = await Promise.all(Array.from({ length: 10 }, () => ask(longPath)));
    expect(new Set(statuses)).toEqual(new Set([404]));
  }
  expect(await droppedLines()).toBeGreaterThan(0);
  expect(await ask('/readyz')).toBe(200);
}

/** A named pipe, with a descriptor to write to it and one that may read from it. */
function createPipe() {
  const path = `${createFolder()}/log`;
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  return { reader, writer };
}

const readAll = (reader: number): string => {
  const buffer = Buffer.alloc(1 << 20);
  try {
    return buffer.toString('utf8', 0, readSync(reader, buffer));
  } catch {
    return '';
  }
};

describe('a log that cannot be written', () => {
  it('to a pipe that is not read: requests are answered, lines are dropped and counted, and SIGTERM ends the process', async () => {
    const { writer } = createPipe();
    const server = await startLogging(writer);
    await overfill(server);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  it('to a pipe that is read again: it continues, and reports the number of missing lines', async () => {
    const { reader, writer } = createPipe();
    const server = await startLogging(writer);
    await overfill(server);
    const dropped = await server.droppedLines();
    let text = '';
    await expect.poll(() => (text += readAll(reader)), { timeout: 20_000, interval: 5 }).toContain('log lines were dropped');
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    const missing = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg.startsWith('log lines were dropped'));
    expect(missing).toMatchObject({ level: 40, dropped });
    await server.ask('/once-more');
    await expect.poll(() => (text += readAll(reader)), { timeout: 20_000, interval: 5 }).toContain('/once-more');
  });

  it('to a socket that is not read, as in a container: requests are answered, and SIGTERM ends the process', async () => {
    const server = await startLogging('pipe');
    await overfill(server);
    server.child.kill('SIGTERM');
    // Node's own side of the test waits for the pipe's end, the process does not.
    expect(await server.ended).toBe(0);
  });

  it('to a closed pipe: requests are answered, lines are counted, and SIGTERM ends the process', async () => {
    const { reader, writer } = createPipe();
    const server = await startLogging(writer);
    closeSync(reader);
    closeSync(writer);
    await overfill(server);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  it('an uncaught error while the log is not read: the process exits with code 1', async () => {
    const file = `${createFolder()}/fail.mjs`;
    writeFileSync(file, `process.on('SIGUSR2', () => { throw new Error('on request'); });`);
    const { writer } = createPipe();
    const server = await startLogging(writer, `--import=${file}`);
    await overfill(server);
    server.child.kill('SIGUSR2');
    expect(await server.ended).toBe(1);
  });

  /** A disk of 128 KiB, which only root can mount. */
  function mountSmallDisk(): string | undefined {
    const folder = createFolder();
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', folder]).status !== 0) return undefined;
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    return folder;
  }

  it('to a full disk: requests are answered, and once there is room it continues with whole lines and reports the number of missing ones', async ({
    skip,
  }) => {
    const disk = mountSmallDisk();
    if (disk === undefined) return skip('only root can mount a small disk');
    const file = `${disk}/log`;
    const server = await startLogging(openSync(file, 'a'));
    await overfill(server);
    execFileSync('mount', ['-o', 'remount,size=64m', disk]);
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 20_000 }).toContain('log lines were dropped');
    const text = readFileSync(file, 'utf8');
    // The announcement of the start comes first.
    for (const line of text.slice(text.indexOf('\n{')).trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  it("an uncaught error while the log's disk is full: the process exits with code 1", async ({ skip }) => {
    const disk = mountSmallDisk();
    if (disk === undefined) return skip('only root can mount a small disk');
    const fail = `${createFolder()}/fail.mjs`;
    writeFileSync(fail, `process.on('SIGUSR2', () => { throw new Error('on request'); });`);
    const server = await startLogging(openSync(`${disk}/log`, 'a'), `--import=${fail}`);
    await overfill(server);
    server.child.kill('SIGUSR2');
    expect(await server.ended).toBe(1);
  });
});
