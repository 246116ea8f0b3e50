import { aliasTable, type OperationId, operationTable } from '../../../generated/operations.ts';
import { contract, misfit, parametersOf, requestMediaOf } from '../../support/contract.ts';
import type { Reply } from './answers.ts';
import { arrange } from './arrangements.ts';
import { expectInvalid } from './generated.ts';
import type { Fields, Scene } from './scene.ts';

/** What the contract says of every operation in its text (`info.description`). */
export interface Habit {
  name: string;
  run(scene: Scene): Promise<unknown>;
}

export const habitsOf = (id: OperationId): Habit[] => [
  ...(requestMediaOf(id) ? bodyHabits : []),
  ...(operationTable[id].method === 'PUT' ? [methodOverride] : []),
  ...olderPathsOf(id).map((path) => ({
    name: `does its work at its older path ${path}`,
    run: (scene: Scene) => succeeds(scene, { path }),
  })),
  parametersOf(id).some(({ in: place }) => place === 'query') ? refusedQuery : ignoredQuery,
  { name: "answers with the client's own X-Request-Id", run: ownRequestId },
  { name: 'answers method_not_allowed and Allow to a method that the path has not', run: otherMethods },
];

const olderPathsOf = (id: OperationId) => Object.values(aliasTable).flatMap(({ operationId, path }) => (operationId === id ? path : []));

const bodyHabits: Habit[] = [
  {
    name: 'ignores a field that it does not know',
    run: (scene) => succeedsWith(scene, { from_a_newer_client: { a: [1, null] } }),
  },
  {
    name: 'refuses U+0000 in any text',
    async run(scene) {
      const { body, ...request } = await arrange(scene);
      const reply = await scene.target.send(scene.id, { ...request, body: { ...(body as Fields), more: [{ deep: 'a\0b' }] } });
      expectInvalid(reply, '/body/more/0/deep', 'U+0000');
    },
  },
  {
    name: 'answers something to objects nested a thousand deep',
    async run(scene) {
      const { body, ...request } = await arrange(scene);
      const deep = `{"a":${'['.repeat(1000)}${']'.repeat(1000)},${JSON.stringify(body ?? {}).slice(1)}`.replace(',}', '}');
      await scene.target.send(scene.id, { ...request, body: deep });
    },
  },
  {
    name: 'answers something to keys that mean more to JavaScript',
    async run(scene) {
      const { body, ...request } = await arrange(scene);
      const polluted = `{"__proto__":{"code":1,"admin":true},"constructor":{"prototype":{}},${JSON.stringify(body ?? {}).slice(1)}`.replace(
        ',}',
        '}',
      );
      await scene.target.send(scene.id, { ...request, body: polluted });
    },
  },
];

const unknownQuery = { query: { from_a_newer_client: '1' } };

const ignoredQuery: Habit = {
  name: 'ignores a query parameter, because it has none',
  run: (scene) => succeeds(scene, unknownQuery),
};

const refusedQuery: Habit = {
  name: 'refuses a query parameter that it does not know, and names it',
  async run(scene) {
    const reply = await scene.target.send(scene.id, { ...(await arrange(scene)), ...unknownQuery });
    expectInvalid(reply, '/query/from_a_newer_client', 'not a parameter');
  },
};

const methodOverride: Habit = {
  name: 'takes a POST whose X-Hydrogen-Request-Method says PUT',
  run: (scene) => succeeds(scene, { method: 'POST', headers: { 'X-Hydrogen-Request-Method': 'PUT' } }),
};

async function succeeds(scene: Scene, more: object): Promise<Reply> {
  const reply = await scene.target.send(scene.id, { ...(await arrange(scene)), ...more });
  if (reply.status >= 300) throw new Error(`${reply.status} ${reply.text}`);
  return reply;
}

async function succeedsWith(scene: Scene, fields: Fields): Promise<void> {
  const { body, ...request } = await arrange(scene);
  const { status, text } = await scene.target.send(scene.id, { ...request, body: { ...(body as Fields), ...fields } });
  if (status >= 300) throw new Error(`${status} ${text}`);
}

async function ownRequestId(scene: Scene): Promise<void> {
  const { headers } = await succeeds(scene, { headers: { 'X-Request-Id': scene.person } });
  if (headers.get('X-Request-Id') !== scene.person) throw new Error(`X-Request-Id is ${headers.get('X-Request-Id')}, not ${scene.person}`);
}

async function otherMethods({ id, target }: Scene): Promise<void> {
  const declared = Object.keys(contract.paths[operationTable[id].path] ?? {}).filter((key) => key !== 'parameters');
  for (const method of ['DELETE', 'PATCH']) {
    const { status, headers, body, text } = await target.ask(id, { method });
    const problem = misfit(contract.components.schemas.ApiError as object, body);
    const allow = (headers.get('Allow') ?? '').toLowerCase().split(/, */).sort().join();
    if (status !== 405 || problem || body.code !== 'method_not_allowed' || allow !== declared.sort().join()) {
      throw new Error(`${method}: ${status} Allow: ${allow} ${problem} ${text}`);
    }
  }
}
