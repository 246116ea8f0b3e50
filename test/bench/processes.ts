import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/command.ts';
import { moveTo, type Place } from './cores.ts';

/** Milliseconds that a process has to answer its first request. */
const startTimeout = 120_000;
/** Clock ticks in a second, as Linux counts them for every process (`man 5 proc`). */
const ticks = 100;
/** Milliseconds of idle time that count as rest, and the timeout for reaching it. */
const restWindow = 100;
const restTimeout = 30_000;

export interface Process {
  origin: string;
  /** Milliseconds from its start to its first answer. */
  readyAfter: number;
  moveTo(place: Place): void;
  /** Seconds of processor time that it has used so far. */
  cpuSeconds(): number;
  /** MiB of memory that it holds. */
  rss(): number;
  /** Waits until the server is idle: after a load it still works on requests whose clients are gone. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/**
 * Runs a script on the server's core until it answers.
 *
 * @param path the path that answers 200 once it is ready
 */
export async function startProcess(script: string, path: string, environment: Record<string, string> = {}): Promise<Process> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [script], {
    cwd: new URL('../..', import.meta.url),
    env: { PATH: process.env.PATH, PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} did not start`);
  moveTo('server', pid);
  const origin = `http://127.0.0.1:${port}`;
  while (!(await answers(origin + path))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
    if (performance.now() - started > startTimeout) throw new Error(`${script} does not answer`);
    await sleep(2);
  }
  return {
    origin,
    readyAfter: performance.now() - started,
    moveTo: (place) => moveTo(place, pid),
    cpuSeconds: () => cpuSecondsOf(pid),
    rss: () => rssOf(pid),
    rest: () => untilAtRest(pid),
    async stop() {
      child.kill();
      await once(child, 'exit');
      running.delete(child);
    },
  };
}

/** Stops all processes that are still running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

const answers = (url: string) =>
  fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

/** User and system time are the 14th and 15th field; the second, the command's name, is in brackets. */
/** Seconds of processor time that a process has used so far. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

async function untilAtRest(pid: number): Promise<void> {
  const started = performance.now();
  for (let used = Number.NaN; ; ) {
    const before = used;
    used = cpuSecondsOf(pid);
    // It may wake up for a moment at any time.
    if (used - before < 2 / ticks) return;
    if (performance.now() - started > restTimeout) throw new Error(`process ${pid} does not come to rest`);
    await sleep(restWindow);
  }
}

function rssOf(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
