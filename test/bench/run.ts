/** Measures every figure next to its floor and writes `RESULTS.md`, which says how to read it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveTo } from './cores.ts';
import { load } from './load.ts';
import { type Floors, measureRound, soak } from './measure.ts';
import { type Group, type Options, readOptions } from './options.ts';
import { callers } from './people.ts';
import { killAll, startProcess } from './processes.ts';
import { report } from './report.ts';
import { introspect, logInByPassword, logInSilently, type Requests, readUser, register } from './requests.ts';
import { createStages, type Stage, type Stages } from './stage.ts';

const results = 'test/bench/RESULTS.md';
/** Seconds of each load before the first round: code that runs often is compiled by then. Passwords come a tenth as often as reads. */
const warmUp: Record<Group, number> = { read: 4, login: 12, password: 12, start: 0 };

const say = (text: string) => process.stderr.write(`${text}\n`);

async function bench(options: Options, stages: Stages): Promise<string> {
  const set: Stage[] = [];
  for (const store of options.stores) {
    for (const users of new Set([callers, options.people])) {
      say(`${store} with ${users} people`);
      set.push(await stages.set(store, users));
    }
  }
  const floors: Floors = {
    raw: await startProcess('test/bench/floors/http.ts', '/'),
    express: await startProcess('test/bench/floors/express.ts', '/'),
    validator: await startProcess('test/bench/floors/validator.ts', '/'),
  };
  moveTo('generator', process.pid);
  await warm(floors, set, options);

  const rounds: Map<string, number>[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    say(`round ${round}`);
    rounds.push(await measureRound(floors, set, options));
  }
  const soaked = set.find(({ many }) => many) ?? set[0];
  const curve = soaked && options.soak > 0 ? await soak(soaked, options.soak) : new Map<number, number>();
  return report(rounds, options, curve);
}

async function warm(floors: Floors, stages: Stage[], { only }: Options): Promise<void> {
  const people = stages[0]?.people ?? [];
  const loads: Record<Group, Requests[]> = {
    read: [readUser, introspect],
    login: [logInSilently],
    password: [logInByPassword, register],
    start: [],
  };
  for (const { origin } of Object.values(floors)) await load(origin, readUser, people, warmUp.read);
  for (const { server, people } of stages) {
    for (const group of only) for (const requests of loads[group]) await load(server.origin, requests, people, warmUp[group]);
    await server.rest();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const stages = await createStages(folder);
  try {
    const page = await bench(options, stages);
    writeFileSync(results, page);
    process.stdout.write(page);
  } finally {
    killAll();
    await stages.stop();
    rmSync(folder, { recursive: true });
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
