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

/** Lines are a share of a floor: its rate per second, measured for the given seconds. */
export type Floor = (seconds: number) => Promise<number>;

/** Seconds of a load before it is measured: enough for all who call to call, so that what others pushed out of every cache is back. */
const runUp = (requests: Requests) => (requests === logInSilently ? 8 : 2);

/**
 * Measures lines that are held against each other, and their floor, in turns: a machine that others share is another one a few seconds
 * later.
 *
 * @param seconds how long each is measured
 * @param turn seconds of a turn
 * @returns by the names of the lines their rates, `… cpu` the server's microseconds for a request, and `… floor` the floor's rate
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
