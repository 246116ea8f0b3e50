import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationId } from '../../../generated/operations.ts';
import { type Case, casesOf } from '../suite/cases.ts';
import { Lacking, openTarget, type Target } from '../suite/target.ts';
import { createMutant, type Mutation } from './mutant.ts';

/** Works with a mutant of a server. @param truth the server's origin */
export async function withMutant<T>(truth: string, mutate: Mutation['mutate'], work: (target: Target) => Promise<T>): Promise<T> {
  const mutant = createServer(createMutant(truth, mutate));
  await new Promise<void>((resolve) => mutant.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(mutant.address() as AddressInfo).port}`;
    return await work(await openTarget({ url, sandbox: `${truth}/sandbox`, clientId: 'sandbox' }));
  } finally {
    mutant.closeAllConnections();
    mutant.close();
  }
}

/** Failures of the cases of some operations, by the case's name. @param enough how many to look for */
export async function findFailures(target: Target, ids: readonly OperationId[], enough = Number.POSITIVE_INFINITY): Promise<string[]> {
  const failures: string[] = [];
  for (const id of ids) {
    for (const each of casesOf(id, 1)) {
      const failure = await failureOf(each, target);
      if (failure !== undefined) failures.push(`${id} ${each.name}: ${failure}`);
      if (failures.length >= enough) return failures;
    }
  }
  return failures;
}

async function failureOf({ unreachable, run }: Case, target: Target): Promise<string | undefined> {
  if (unreachable !== undefined) return undefined;
  try {
    await run(target);
    return undefined;
  } catch (error) {
    return error instanceof Lacking ? undefined : String(error);
  }
}
