// @module-tag fault
import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { operationIds, requestExamplesOf, requestMediaOf } from '../../support/contract.ts';
import { startServer } from '../../support/server.ts';

/** About as deep as a body can be. */
const arrays = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

/** A body with JSON in place of one field, as text: no serialiser goes that deep. */
function bodyWith(example: Record<string, unknown>, name: string, json: string): string {
  const others = Object.entries(example).filter(([key]) => key !== name);
  const fields = [...others.map(([key, value]) => [key, JSON.stringify(value)]), [name, json]];
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}

describe('nested JSON', () => {
  it.each(
    operationIds.filter(requestMediaOf),
  )('%s with arrays or objects nested tens of thousands deep, as the body, in each field and in its text: no 500', async (id) => {
    const server = await startServer({ rateLimited: false, platformTimeout: 200 });
    const { token } = await registerUser(server);
    const example: Record<string, unknown> = Object.assign({}, ...requestExamplesOf(id).map(({ value }) => value));
    const names = [...Object.keys(example), 'more', '$unset'];
    const nested = [arrays, objects, JSON.stringify(arrays.slice(15_000, 45_000))];
    for (const body of nested.flatMap((json) => [json, ...names.map((name) => bodyWith(example, name, json))])) {
      const { status } = await server.call(id, { token, body });
      expect([body.slice(0, 100), status]).not.toEqual([body.slice(0, 100), 500]);
    }
  }, 120_000);
});
