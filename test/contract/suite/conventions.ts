import { aliasTable, type OperationId, operationTable } from '../../../generated/operations.ts';
import { contract, misfit, parametersOf, requestMediaOf } from '../../support/contract.ts';
import type { Reply } from './answers.ts';
import type { Context, Fields } from './context.ts';
import { prepare } from './fixtures.ts';
import { expectInvalid } from './generated.ts';

/** A rule of the contract's `info.description` that holds for every operation. */
export interface Convention {
  name: string;
  run(context: Context): Promise<unknown>;
}

export const conventionsOf = (id: OperationId): Convention[] => [
  ...(requestMediaOf(id) ? bodyConventions : []),
  ...(operationTable[id].method === 'PUT' ? [methodOverride] : []),
  ...olderPathsOf(id).map((path) => ({
    name: `works at its older path ${path}`,
    run: (context: Context) => succeeds(context, { path }),
  })),
  parametersOf(id).some(({ in: place }) => place === 'query') ? refusedQuery : ignoredQuery,
  { name: "returns the client's X-Request-Id", run: ownRequestId },
  { name: 'answers other methods with method_not_allowed and Allow', run: otherMethods },
];

const olderPathsOf = (id: OperationId) => Object.values(aliasTable).flatMap(({ operationId, path }) => (operationId === id ? path : []));

const bodyConventions: Convention[] = [
  {
    name: 'ignores an unknown field',
    run: (context) => succeedsWith(context, { from_a_newer_client: { a: [1, null] } }),
  },
  {
    name: 'refuses U+0000 in text',
    async run(context) {
      const { body, ...request } = await prepare(context);
      const reply = await context.target.send(context.id, { ...request, body: { ...(body as Fields), more: [{ deep: 'a\0b' }] } });
      expectInvalid(reply, '/body/more/0/deep', 'U+0000');
    },
  },
  {
    name: 'answers deeply nested objects',
    async run(context) {
      const { body, ...request } = await prepare(context);
      const deep = `{"a":${'['.repeat(1000)}${']'.repeat(1000)},${JSON.stringify(body ?? {}).slice(1)}`.replace(',}', '}');
      await context.target.send(context.id, { ...request, body: deep });
    },
  },
  {
    name: 'answers __proto__ and constructor keys',
    async run(context) {
      const { body, ...request } = await prepare(context);
      const polluted = `{"__proto__":{"code":1,"admin":true},"constructor":{"prototype":{}},${JSON.stringify(body ?? {}).slice(1)}`.replace(
        ',}',
        '}',
      );
      await context.target.send(context.id, { ...request, body: polluted });
    },
  },
];

const unknownQuery = { query: { from_a_newer_client: '1' } };

const ignoredQuery: Convention = {
  name: 'ignores a query, as it has no query parameters',
  run: (context) => succeeds(context, unknownQuery),
};

const refusedQuery: Convention = {
  name: 'refuses an unknown query parameter by name',
  async run(context) {
    const reply = await context.target.send(context.id, { ...(await prepare(context)), ...unknownQuery });
    expectInvalid(reply, '/query/from_a_newer_client', 'not a parameter');
  },
};

const methodOverride: Convention = {
  name: 'accepts PUT as a POST with X-Hydrogen-Request-Method',
  run: (context) => succeeds(context, { method: 'POST', headers: { 'X-Hydrogen-Request-Method': 'PUT' } }),
};

async function succeeds(context: Context, more: object): Promise<Reply> {
  const reply = await context.target.send(context.id, { ...(await prepare(context)), ...more });
  if (reply.status >= 300) throw new Error(`${reply.status} ${reply.text}`);
  return reply;
}

async function succeedsWith(context: Context, fields: Fields): Promise<void> {
  const { body, ...request } = await prepare(context);
  const { status, text } = await context.target.send(context.id, { ...request, body: { ...(body as Fields), ...fields } });
  if (status >= 300) throw new Error(`${status} ${text}`);
}

async function ownRequestId(context: Context): Promise<void> {
  const { headers } = await succeeds(context, { headers: { 'X-Request-Id': context.person } });
  if (headers.get('X-Request-Id') !== context.person)
    throw new Error(`X-Request-Id is ${headers.get('X-Request-Id')}, not ${context.person}`);
}

async function otherMethods({ id, target }: Context): Promise<void> {
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
