import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Generator } from './load.ts';
import { newName, type Request } from './requests.ts';

/** `wrk` and its version, if it is installed: it prints them with its usage and exits with 1. */
export const wrkVersion = /^wrk \S+/.exec(spawnSync('wrk', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0];

/** Timeout of a request, and the time by which wrk may overrun, in seconds. */
const timeout = 60;

/** Runs wrk in a separate process on this process's core; whichever connection is free sends the next request. */
export const loadByWrk: Generator = async (origin, requests, connections, seconds, order) => {
  const folder = mkdtempSync(join(tmpdir(), 'wrk-'));
  const file = join(folder, 'requests');
  try {
    writeFileSync(file, requests.map((request) => written(request, new URL(origin).host)).join('\0'));
    const options = ['--threads', '1', '--connections', `${connections}`, '--duration', `${seconds}s`, '--timeout', `${timeout}s`];
    // Twelve digits make the start of a UUID a new name.
    const script = ['--script', 'test/bench/wrk.lua', origin, '--', file, order, newName, randomUUID().slice(0, 24)];
    const { stdout } = await promisify(execFile)('wrk', [...options, ...script], { timeout: (seconds + timeout) * 1000 });
    const { answers, microseconds, p99, failed } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<
      'answers' | 'microseconds' | 'p99' | 'failed',
      number
    >;
    return { answers, rate: (answers * 1e6) / microseconds, p99: p99 / 1000, failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Formats a request as HTTP/1.1. */
function written({ method, path, headers, body = '' }: Request, host: string): string {
  const all = { Host: host, ...headers, ...(body && { 'Content-Length': Buffer.byteLength(body) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
