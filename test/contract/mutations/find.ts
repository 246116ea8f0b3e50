import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationId } from '../../../generated/operations.ts';
import { operationIds } from '../../support/contract.ts';
import { type Case, casesOf, exampleCasesOf, memoryCasesOf } from '../suite/cases.ts';
import { Lacking, openTarget, type Target } from '../suite/target.ts';
import { createMutant, type Mutation } from './mutant.ts';

/**
 * Works with a mutant of a server.
 *
 * @param truth the server's origin
 * @param serverKey a key of its app; without it, the operations of servers are not tried
 */
export async function withMutant<T>(
  truth: string,
  mutate: Mutation['mutate'],
  work: (target: Target) => Promise<T>,
  serverKey?: string,
): Promise<T> {
  const mutant = createServer(createMutant(truth, mutate));
  await new Promise<void>((resolve) => mutant.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(mutant.address() as AddressInfo).port}`;
    return await work(await openTarget({ url, sandbox: `${truth}/sandbox`, clientId: 'sandbox', serverKey }));
  } finally {
    mutant.closeAllConnections();
    mutant.close();
  }
}

/** The first failure among all cases of some operations; undefined if there is none. */
export async function findFailure(target: Target, ids: readonly OperationId[]): Promise<string | undefined> {
  for (const id of ids) {
    for (const each of casesOf(id, 1)) {
      const failure = await failureOf(each, target);
      if (failure !== undefined) return `${id} ${each.name}: ${failure}`;
    }
  }
  return undefined;
}

/** Failures among the examples and the cases that read back, of every operation. The rest does not depend on what surrounds a server. */
export async function findFailures(target: Target): Promise<string[]> {
  const failures: string[] = [];
  const queue = operationIds.flatMap((id) => [...exampleCasesOf(id), ...memoryCasesOf(id)].map((each) => ({ id, each }))).values();
  const work = async () => {
    for (const { id, each } of queue) {
      const failure = await failureOf(each, target);
      if (failure !== undefined) failures.push(`${id} ${each.name}: ${failure}`);
    }
  };
  // Few at once: under more load the sandbox would answer too late.
  await Promise.all(Array.from({ length: concurrency }, work));
  return failures;
}

const concurrency = 4;

async function failureOf({ unreachable, run }: Case, target: Target): Promise<string | undefined> {
  if (unreachable !== undefined) return undefined;
  try {
    await run(target);
    return undefined;
  } catch (error) {
    return error instanceof Lacking ? undefined : String(error);
  }
}
