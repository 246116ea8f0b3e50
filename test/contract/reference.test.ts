import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { listen } from '../support/server.ts';
import { generatedApp, referenceApp } from './reference/apps.ts';
import { makeRequests, type WireRequest } from './reference/requests.ts';

const count = 20_000;
const seed = 20_261_130;
const connections = 8;

/** The fields that were refused, or the request as an operation gets it. */
interface Verdict {
  status: number;
  refused: string[];
  accepted: unknown;
}

interface Difference {
  name: string;
  reason: string;
  explains(request: WireRequest, ours: Verdict, theirs: Verdict): boolean;
}

const queryOf = ({ target }: WireRequest) => new URLSearchParams(target.split('?')[1]);

/** Every difference between the generated validators and express-openapi-validator. */
const differences: Difference[] = [
  {
    name: 'an infinite number',
    reason:
      'JSON has no infinity, and under `strictNumbers` ajv checks no limits of one: the generated validators refuse it, the library lets it through',
    explains(request, ours) {
      const [part, name = ''] = ours.refused[0]?.split('/').slice(1) ?? [];
      const texts = part === 'params' ? request.target.split('/') : queryOf(request).getAll(name);
      return texts.some((text) => Math.abs(Number(text)) === Number.POSITIVE_INFINITY);
    },
  },
  {
    name: 'an empty or unknown parameter in a query',
    reason:
      'the library refuses an empty parameter before it validates, whatever the schema says; the contract limits the length where empty is wrong',
    explains(request, ours, theirs) {
      const name = theirs.refused[0]?.replace('/query/', '') ?? '';
      const isEmpty = queryOf(request).getAll(name).includes('');
      return theirs.status === 400 && (isEmpty || name === 'unknown') && (ours.status === 400 || name === 'expand');
    },
  },
  {
    name: 'a reserved name of a custom field',
    reason: 'the library names the object that has such a field, the server the field',
    explains: (_request, ours, theirs) =>
      ours.status === 400 &&
      theirs.status === 400 &&
      theirs.refused.join() === '/body' &&
      ours.refused.every((path) => /^\/body\/[^/]*$/.test(path)),
  },
];

async function verdictsOf(origin: string, requests: WireRequest[]): Promise<Verdict[]> {
  const pool = new Pool(origin, { connections });
  const queue = requests.entries();
  const verdicts: Verdict[] = [];
  const work = async () => {
    for (const [index, { target, body = null, ...request }] of queue) {
      const { statusCode: status, body: answer } = await pool.request({ ...request, path: target, body });
      const said = JSON.parse(await answer.text());
      // Errors of other statuses name no field. The library names a field once for each alternative of a union.
      const refused = status === 400 ? [...new Set<string>(said.errors.map(({ path }: { path: string }) => path))].sort() : [];
      verdicts[index] = { status, refused, accepted: status < 300 ? said : undefined };
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  await pool.close();
  return verdicts;
}

describe('the generated validators', () => {
  it('accept and refuse the same as express-openapi-validator, field by field', { timeout: 900_000 }, async () => {
    const requests = await makeRequests(count, seed);
    const ours = await verdictsOf(await listen(generatedApp()), requests);
    const theirs = await verdictsOf(await listen(referenceApp()), requests);
    const pairs = requests.map((request, index) => [request, ours[index] as Verdict, theirs[index] as Verdict] as const);

    const different = pairs.filter(([, our, their]) => JSON.stringify(our) !== JSON.stringify(their));
    expect(different.filter((pair) => !differences.some(({ explains }) => explains(...pair)))).toEqual([]);
    for (const { name, explains } of differences) expect([name, different.some((pair) => explains(...pair))]).toEqual([name, true]);

    // Validators that agree on one answer to everything would prove nothing.
    const statuses = Map.groupBy(ours, ({ status }) => status);
    expect(requests.length).toBeGreaterThanOrEqual(count);
    expect(Math.min(statuses.get(200)?.length ?? 0, statuses.get(400)?.length ?? 0)).toBeGreaterThan(count / 5);
    expect([...statuses.keys()].sort()).toEqual([200, 400, 405, 415]);
    process.stdout.write(`${requests.length} requests, ${different.length} explained differences\n`);
  });
});
