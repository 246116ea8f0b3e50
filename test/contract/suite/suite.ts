import { afterAll, describe, inject, it } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import { operationIds } from '../../support/contract.ts';
import { casesOf, exampleCasesOf } from './cases.ts';
import { type Address, Lacking, openTarget } from './target.ts';

declare module 'vitest' {
  interface ProvidedContext {
    address: Address;
    seed: number;
    examplesOnly: boolean;
  }
}

/** The reason of most skipped cases against a mock, which are too many to list. */
const stateless = 'the target lacks a memory';

const seed = inject('seed');
const target = await openTarget(inject('address'));
/** The skipped cases, by reason. */
const notRun = new Map<string, string[]>();
const counts = new Map<OperationId, number>();

for (const id of operationIds) {
  const cases = inject('examplesOnly') ? exampleCasesOf(id) : casesOf(id, seed);
  counts.set(id, cases.length);
  describe.concurrent(id, () => {
    for (const { name, unreachable, run } of cases) {
      it(name, async ({ skip }) => {
        const leave = (reason: string) => {
          notRun.set(reason, [...(notRun.get(reason) ?? []), `${id} ${name}`]);
          skip(reason);
        };
        if (unreachable !== undefined) leave(unreachable);
        try {
          await run(target);
        } catch (error) {
          // fast-check wraps the error as its cause.
          const lacking = [error, (error as Error).cause].find((thrown) => thrown instanceof Lacking);
          if (!lacking) throw error;
          leave(`the target lacks ${lacking.message}`);
        }
      });
    }
  });
}

afterAll(() => {
  const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
  const row = (name: string, ...columns: unknown[]) => name.padEnd(26) + columns.map((column) => String(column).padStart(10)).join('');
  const lines = [
    row('operation', 'cases', 'requests'),
    ...operationIds.map((id) => row(id, counts.get(id), target.requests.get(id) ?? 0)),
    row('in all', sum(counts.values()), sum(target.requests.values())),
    ...[...notRun].flatMap(([reason, names]) => [
      `skipped because ${reason}: ${names.length}`,
      ...(reason === stateless ? [] : names.map((name) => `  ${name}`)),
    ]),
    `generated requests from --seed ${seed}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
});
