import { mean } from './averages.ts';
import { load } from './load.ts';
import type { Person } from './people.ts';
import type { Process } from './processes.ts';
import { logInSilently, type Requests } from './requests.ts';

/** A load of a server, under a name of `figures.ts`. */
export interface Line {
  name: string;
  server: Process;
  requests: Requests;
  people: Person[];
}

/** Measures a floor, which lines are compared with, for some seconds. @returns its rate per second */
export type Floor = (seconds: number) => Promise<number>;

/** Seconds of load before a measurement: enough for every caller to call, so that all caches are warm again. */
const runUp = (requests: Requests) => (requests === logInSilently ? 8 : 2);

/**
 * Measures lines that are compared with each other, and their floor, alternately, because the speed of a shared machine changes within
 * seconds.
 *
 * @param seconds total time for each line
 * @param turn seconds of a turn
 * @returns rates by the names of the lines; `… cpu`: the server's microseconds per request; `… floor`: the floor's rate
 */
export async function measureLines(lines: Line[], seconds: number, turn: number, floor?: Floor): Promise<Map<string, number>> {
  for (const { server, requests, people } of lines) {
    await load(server.origin, requests, people, runUp(requests), 'in turn');
    await server.rest();
  }
  const floorRates: number[] = [];
  const measured = lines.map((line) => ({ line, rates: [] as number[], answers: 0, cpuSeconds: 0 }));
  for (let at = 0; at < seconds; at += turn) {
    if (floor) floorRates.push(await floor(turn));
    for (const sum of measured) {
      const { server, requests, people } = sum.line;
      const before = server.cpuSeconds();
      const { rate, answers } = await load(server.origin, requests, people, turn);
      sum.cpuSeconds += server.cpuSeconds() - before;
      sum.answers += answers;
      sum.rates.push(rate);
      await server.rest();
    }
  }
  return new Map(
    measured.flatMap(({ line: { name }, rates, answers, cpuSeconds }) => [
      [name, mean(rates)],
      [`${name} cpu`, (cpuSeconds * 1e6) / answers],
      ...(floor ? [[`${name} floor`, mean(floorRates)] as const] : []),
    ]),
  );
}
