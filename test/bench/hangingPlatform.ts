/**
 * Measures how much slower logins on WeChat are while QQ hangs: the same people log in on both, on QQ a hundred times a second. Five rounds,
 * each with a working and with a hanging QQ, for ten seconds, in which the platform's timeout expires and its circuit opens.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationTable } from '../../generated/operations.ts';
import { moveTo } from './cores.ts';
import { hangingReport, type Pair } from './hangingReport.ts';
import { load, type Outcome } from './load.ts';
import { callers, clientId } from './people.ts';
import { startPlatform } from './platform.ts';
import { killAll } from './processes.ts';
import { logInSilently } from './requests.ts';
import { createStages } from './stage.ts';

const rounds = 5;
const seconds = 10;
/** Milliseconds between two logins on QQ. */
const pause = 10;
const results = 'test/bench/HANGING_PLATFORM.md';

let hanging = false;
const qq = { app_id: 'qq-bench', app_secret: 'secret of the bench', base_url: await startPlatform(() => hanging) };
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const stages = await createStages(folder, { qq });

const logIn = (origin: string, person: string, signal: AbortSignal): Promise<number> =>
  fetch(origin + operationTable.silentLoginQq.path, {
    method: 'POST',
    headers: { 'X-Hydrogen-Client-ID': clientId, 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: person }),
    signal,
  }).then(async (response) => {
    await response.arrayBuffer();
    return response.status;
  });

/** @returns how often each status was answered */
function logInOnQq(origin: string, signal: AbortSignal): Map<number, number> {
  const statuses = new Map<number, number>();
  let count = 0;
  const timer = setInterval(() => {
    logIn(origin, `qq${count++ % 100}`, signal).then(
      (status) => statuses.set(status, (statuses.get(status) ?? 0) + 1),
      () => undefined,
    );
  }, pause);
  signal.addEventListener('abort', () => clearInterval(timer));
  return statuses;
}

/** Waits for the circuit to close, which takes some seconds. */
async function untilWell(origin: string): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  while ((await logIn(origin, 'qq0', signal)) !== 201) await sleep(100);
}

try {
  const { server, people } = await stages.set('sqlite', callers);
  moveTo('generator', process.pid);
  const measure = async (hangs: boolean): Promise<Outcome> => {
    hanging = hangs;
    if (!hangs) await untilWell(server.origin);
    const over = new AbortController();
    const statuses = logInOnQq(server.origin, over.signal);
    const outcome = await load(server.origin, logInSilently, people, seconds);
    over.abort();
    const summary = [...statuses].map(([status, times]) => `${times} × ${status}`).join(', ');
    process.stdout.write(
      `QQ ${hangs ? 'hangs' : 'is well'} (${summary}): WeChat ${outcome.rate.toFixed(0)} /s, p99 ${outcome.p99.toFixed(1)} ms\n`,
    );
    return outcome;
  };
  await measure(false);
  const pairs: Pair[] = [];
  for (let round = 1; round <= rounds; round++) pairs.push({ well: await measure(false), hung: await measure(true) });
  const { page, met } = hangingReport(pairs, seconds);
  writeFileSync(results, page);
  process.stdout.write(page);
  if (!met) process.exitCode = 1;
} finally {
  killAll();
  await stages.stop();
  rmSync(folder, { recursive: true });
}
process.exit();
