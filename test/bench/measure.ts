import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { everywhere } from './cores.ts';
import { load } from './load.ts';
import type { Group, Options } from './options.ts';
import type { Person } from './people.ts';
import type { Process } from './processes.ts';
import { logInByPassword, logInSilently, type Requests, readUser, register } from './requests.ts';
import type { Stage } from './stage.ts';

export interface Floors {
  raw: Process;
  express: Process;
  validator: Process;
}

/**
 * Seconds of a load before it is measured, in which what others pushed out of the processor's and the system's caches comes back: each of
 * those who call has called a few times by then.
 */
const runUp = (requests: Requests) => (requests === logInSilently ? 8 : 2);
/** How many times as long a load goes on where its slowest hundredth is looked at. */
const forTail = 3;
/** Seconds that a server is left alone before its memory is read. */
const idle = 2;

/** Measures one round: the floors, and the stages in their order. @returns what was measured, by the names of `figures.ts` */
export async function measureRound(floors: Floors, stages: Stage[], { seconds, only }: Options): Promise<Map<string, number>> {
  const round = new Map<string, number>();
  const people = stages[0]?.people ?? [];
  const wants = (group: Group) => only.includes(group);
  const keep = (name: string, value: number) => {
    round.set(name, value);
    process.stderr.write(`  ${name}: ${value.toFixed(1)}\n`);
  };

  const floorRates = {
    raw: async () => (await load(floors.raw.origin, readUser, people, seconds)).rate,
    argon2: () => measureArgon2(seconds),
  };

  /** The rate of a load, and the processor time of a request in microseconds. */
  async function measureLoad(name: string, server: Process, requests: Requests, people: Person[]): Promise<void> {
    await load(server.origin, requests, people, runUp(requests));
    await server.rest();
    const before = server.cpuSeconds();
    const { rate, answers } = await load(server.origin, requests, people, seconds);
    keep(name, rate);
    keep(`${name} cpu`, ((server.cpuSeconds() - before) * 1e6) / answers);
    await server.rest();
  }

  /** The same right after its floor: a machine that others share is another one a minute later. */
  async function measureOver(floor: keyof typeof floorRates, name: string, ...asked: [Process, Requests, Person[]]): Promise<void> {
    keep(`${floor} before ${name}`, await floorRates[floor]());
    await measureLoad(name, ...asked);
  }

  const named = ({ store, many }: Stage, name: string) => `${store} ${name}${many ? ', many' : ''}`;

  /** How long reading takes while passwords are checked, and while they are not. */
  async function measureBeside(stage: Stage): Promise<void> {
    const { server, people } = stage;
    await load(server.origin, readUser, people, runUp(readUser));
    const alone = await load(server.origin, readUser, people, seconds * forTail);
    const [beside] = await Promise.all([
      load(server.origin, readUser, people, seconds * forTail),
      load(server.origin, logInByPassword, people, seconds * forTail),
    ]);
    await server.rest();
    keep(named(stage, 'p99'), alone.p99);
    keep(named(stage, 'p99 loaded'), beside.p99);
  }

  /** The stages one right after the other: those with many people are held against those with few. */
  async function measureStages(floor: keyof typeof floorRates, name: string, requests: Requests): Promise<void> {
    for (const stage of stages) {
      await measureOver(floor, named(stage, name), stage.server, requests, stage.people);
    }
  }

  await measureLoad('raw', floors.raw, readUser, people);
  if (wants('read')) {
    await measureOver('raw', 'express', floors.express, readUser, people);
    await measureOver('raw', 'validator get', floors.validator, readUser, people);
  }
  if (wants('login')) await measureOver('raw', 'validator post', floors.validator, logInSilently, people);
  if (wants('read')) await measureStages('raw', 'read', readUser);
  if (wants('login')) await measureStages('raw', 'login', logInSilently);
  if (wants('password')) {
    keep('argon2', await measureArgon2(seconds));
    for (const { server } of stages) server.moveTo('both');
    for (const stage of stages.filter(({ many }) => !many)) await measureBeside(stage);
    await measureStages('argon2', 'password login', logInByPassword);
    await measureStages('argon2', 'register', register);
    for (const { server } of stages) server.moveTo('server');
  }
  const sqlite = stages.findLast(({ store }) => store === 'sqlite');
  if (wants('start') && sqlite) {
    const server = await sqlite.startAnother();
    keep('start', server.readyAfter);
    await sleep(idle * 1000);
    keep('rss', server.rss());
    await server.stop();
  }
  return round;
}

async function measureArgon2(seconds: number): Promise<number> {
  const [command = '', ...args] = [...everywhere, process.execPath, 'test/bench/floors/argon2.ts', String(seconds)];
  const { stdout } = await promisify(execFile)(command, args);
  return Number(stdout);
}

/** Seconds between two looks at the memory of a server under load. */
const soakStep = 15;

/**
 * Loads a server with everything that it does, evenly, and looks at its memory.
 *
 * @returns MiB by minute
 */
export async function soak({ server, people }: Stage, minutes: number): Promise<Map<number, number>> {
  const curve = new Map<number, number>();
  const started = performance.now();
  for (let minute = 0; minute < minutes; minute = (performance.now() - started) / 60_000) {
    for (const requests of [readUser, logInSilently, register]) await load(server.origin, requests, people, soakStep / 3);
    curve.set((performance.now() - started) / 60_000, server.rss());
  }
  return curve;
}
