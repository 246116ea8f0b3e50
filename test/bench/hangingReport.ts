import { median } from './averages.ts';
import type { Outcome } from './load.ts';
import { machine } from './machine.ts';
import { verdict } from './report.ts';

/** Rates of WeChat's logins while QQ worked, and while it hung. */
export interface Pair {
  well: Outcome;
  hung: Outcome;
}

/** The share of WeChat's logins that may be lost. */
const mayLose = 0.2;

const head = `# What logins on WeChat lose while QQ hangs

Written by \`npm run bench:hanging\`; it is not edited by hand.

How to read it: people log in on WeChat as fast as they are answered while others try QQ a hundred times a second, regardless of the outcome. Each
round measures WeChat while QQ is well and then while QQ takes every call and answers none. **Share** is a round's own ratio of the two;
what counts is the median of the rounds. Where something else takes turns on the cores, the rounds differ by more than QQ does to them, the
p99 first of all: look at how far apart the rounds are while QQ is well. The store is SQLite, the platforms are stand-ins on the
generator's core, logging is on (to nowhere), rate limits are off.
`;

/** The whole page, and whether every target is met. */
export function hangingReport(pairs: Pair[], seconds: number): { page: string; met: boolean } {
  const rates = pairs.map(({ well, hung }) => hung.rate / well.rate);
  const p99s = pairs.map(({ well, hung }) => hung.p99 / well.p99);
  const [rate, p99] = [median(rates), median(p99s)];
  const [rateMet, p99Met] = [rate >= 1 - mayLose, p99 <= 1 + mayLose];
  const rows = pairs.map(({ well, hung }, index) => [
    String(index + 1),
    ...[well.rate, hung.rate].map((value) => value.toFixed(0)),
    rates[index]?.toFixed(3),
    ...[well.p99, hung.p99].map((value) => value.toFixed(1)),
    p99s[index]?.toFixed(3),
  ]);
  rows.push(['Median', '', '', rate.toFixed(3), '', '', p99.toFixed(3)]);
  rows.push(['Target', '', '', `≥ ${(1 - mayLose).toFixed(2)}`, '', '', `≤ ${(1 + mayLose).toFixed(2)}`]);
  rows.push(['', '', '', verdict((1 - mayLose) / rate), '', '', verdict(p99 / (1 + mayLose))]);
  const page = `${head}
${machine(['express', 'kysely'])} ${pairs.length} rounds of ${seconds} s and ${seconds} s.

| Round | WeChat /s, QQ well | QQ hangs | Share | WeChat p99 ms, QQ well | QQ hangs | Share |
|---|--:|--:|--:|--:|--:|--:|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
  return { page, met: rateMet && p99Met };
}
