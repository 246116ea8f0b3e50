import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { median } from './averages.ts';
import { everywhere } from './cores.ts';
import { type Floor, measureLines } from './lines.ts';
import { load } from './load.ts';
import type { Group, Options } from './options.ts';
import type { Person } from './people.ts';
import type { Process } from './processes.ts';
import { introspect, logInByPassword, logInSilently, type Requests, readUser, register } from './requests.ts';
import type { Stage } from './stage.ts';

export interface Floors {
  raw: Process;
  express: Process;
  validator: Process;
}

/**
 * Seconds for which each compared line is measured before the next takes its turn. Deferred work of logins, such as checkpoints, may fall outside a turn, so
 * short turns would underestimate their cost.
 */
const turn = { read: 1, login: 4 };
/** Repetitions of measurements outside turns. */
const looks = 3;
/** Seconds for which a server is idle before its memory is read. */
const idle = 2;

/** Measures one round: the floors, and the stages in their order. @returns the figures, by the names of `figures.ts` */
export async function measureRound(floors: Floors, stages: Stage[], { seconds, only }: Options): Promise<Map<string, number>> {
  const round = new Map<string, number>();
  const people = stages[0]?.people ?? [];
  const wants = (group: Group) => only.includes(group);
  const keep = (measured: Iterable<[string, number]>) => {
    for (const [name, value] of measured) {
      round.set(name, value);
      process.stderr.write(`  ${name}: ${value.toFixed(1)}\n`);
    }
  };
  const floorLine = (server: keyof Floors, requests: Requests, name: string = server) => ({
    name,
    server: floors[server],
    requests,
    people,
  });
  const raw: Floor = async (seconds) => (await load(floors.raw.origin, readUser, people, seconds)).rate;

  /** Measures the stages of a store together: one with many people is compared with one with few. */
  async function measureStages(name: string, requests: Requests, turn: number, floor: Floor): Promise<void> {
    for (const together of Map.groupBy(stages, ({ store }) => store).values()) {
      const lines = together.map((stage) => ({ name: named(stage, name), server: stage.server, requests, people: stage.people }));
      keep(await measureLines(lines, seconds, turn, floor));
    }
  }

  keep(await measureLines([floorLine('raw', readUser)], seconds, turn.read));
  if (wants('read')) {
    const lines = [floorLine('express', readUser), floorLine('validator', readUser, 'validator get')];
    keep(await measureLines(lines, seconds, turn.read, raw));
    await measureStages('read', readUser, turn.read, raw);
    await measureStages('introspection', introspect, turn.read, raw);
  }
  if (wants('login')) {
    keep(await measureLines([floorLine('validator', logInSilently, 'validator post')], seconds, turn.read, raw));
    await measureStages('login', logInSilently, turn.login, raw);
  }
  if (wants('password')) {
    keep([['argon2', await measureArgon2(seconds)]]);
    for (const { server } of stages) server.moveTo('both');
    for (const stage of stages.filter(({ many }) => !many)) keep(await measureTails(stage, seconds));
    await measureStages('password login', logInByPassword, turn.login, measureArgon2);
    await measureStages('register', register, turn.login, measureArgon2);
    for (const { server } of stages) server.moveTo('server');
  }
  const sqlite = stages.findLast(({ store }) => store === 'sqlite');
  if (wants('start') && sqlite) keep(await measureStart(sqlite));
  return round;
}

const named = ({ store, many }: Stage, name: string) => `${store} ${name}${many ? ', many' : ''}`;

/** Measures the latency of reads with and without concurrent password hashing. */
async function measureTails(stage: Stage, seconds: number): Promise<Map<string, number>> {
  const { server, people } = stage;
  const read = () => load(server.origin, readUser, people, seconds);
  await read();
  const alone: number[] = [];
  const loaded: number[] = [];
  for (let look = 0; look < looks; look++) {
    alone.push((await read()).p99);
    const [concurrent] = await Promise.all([read(), load(server.origin, logInByPassword, people, seconds)]);
    loaded.push(concurrent.p99);
    await server.rest();
  }
  return new Map([
    [named(stage, 'p99'), median(alone)],
    [named(stage, 'p99 loaded'), median(loaded)],
  ]);
}

async function measureStart(stage: Stage): Promise<Map<string, number>> {
  const start: number[] = [];
  const rss: number[] = [];
  for (let look = 0; look < looks; look++) {
    const server = await stage.startAnother();
    start.push(server.readyAfter);
    await sleep(idle * 1000);
    rss.push(server.rss());
    await server.stop();
  }
  return new Map([
    ['start', median(start)],
    ['rss', median(rss)],
  ]);
}

async function measureArgon2(seconds: number): Promise<number> {
  const [command = '', ...args] = [...everywhere, process.execPath, 'test/bench/floors/argon2.ts', String(seconds)];
  const { stdout } = await promisify(execFile)(command, args);
  return Number(stdout);
}

/** Seconds between two looks at the memory of a server under load. */
const soakStep = 15;
/** Minutes of load in which the heap and SQLite's cache grow to their limits. Afterwards, memory should stay constant. */
export const filling = 3;

/**
 * Loads a server evenly with all kinds of requests and reads its memory.
 *
 * @param minutes in addition to those of `filling`
 * @returns MiB by minute
 */
export async function soak({ server, people }: Stage, minutes: number): Promise<Map<number, number>> {
  const curve = new Map<number, number>();
  const started = performance.now();
  // A login ends the oldest of a person's hundred sessions, so readers and logins use different people.
  const half = people.length / 2;
  const work: [Requests, Person[]][] = [
    [readUser, people.slice(0, half)],
    [logInSilently, people.slice(half)],
    [register, people],
  ];
  for (let minute = 0; minute < filling + minutes; minute = (performance.now() - started) / 60_000) {
    for (const [requests, of] of work) await load(server.origin, requests, of, soakStep / work.length);
    curve.set((performance.now() - started) / 60_000, server.rss());
  }
  return curve;
}
