import { aliasTable, type OperationId, operationTable } from '../../../generated/operations.ts';
import { contract, misfit, neededQuery, parametersOf, requestMediaOf, takesForm } from '../../support/contract.ts';
import type { Reply } from './answers.ts';
import { type Context, createContext, type Fields } from './context.ts';
import { prepare } from './fixtures.ts';
import { expectInvalid } from './generated.ts';
import { Lacking } from './target.ts';

/** A rule of the contract's `info.description` that holds for every operation. */
export interface Convention {
  name: string;
  /** The sentences of the contract that it tests, word for word. */
  says: readonly string[];
  run(context: Context): Promise<unknown>;
}

export const conventionsOf = (id: OperationId): Convention[] => [
  ...(requestMediaOf(id) && !takesForm(id) ? bodyConventions : []),
  ...(operationTable[id].method === 'PUT' ? [methodOverride] : []),
  ...olderPathsOf(id).map((path) => ({
    name: `works at its older path ${path}`,
    says: [
      `An older path of \`${id}\`, for apps with an older SDK.`,
      'It does the same, within the same limits.',
      'A deprecated "older path" is the same operation under the path that an older SDK calls.',
    ],
    run: (context: Context) => succeeds(context, { path }),
  })),
  parametersOf(id).some(({ in: place }) => place === 'query') ? refusedQuery : ignoredQuery,
  {
    name: "returns the client's X-Request-Id",
    says: ["The client's own `X-Request-Id` if it sent a usable one.", "Finds the request in the server's log."],
    run: ownRequestId,
  },
  {
    name: 'lets only listed pages read the answer, and sets no cookie',
    says: [
      'Pages on an origin that the app lists in its `cors_origins` may call every operation and read `X-Request-Id`, `Retry-After`, `RateLimit-Policy` and `RateLimit` with the body.',
      "The page's own origin, if the app lists it in `cors_origins`.",
      'Absent otherwise, and if the request has no origin.',
      'No operation sets or reads a cookie.',
    ],
    run: browserPages,
  },
  { name: 'answers other methods with method_not_allowed and Allow', says: [], run: otherMethods },
];

const olderPathsOf = (id: OperationId) => Object.values(aliasTable).flatMap(({ operationId, path }) => (operationId === id ? path : []));

const unknownIgnored =
  'Unknown body fields are ignored, because other client versions send more; the same holds for the query of an operation without query parameters.';

const bodyConventions: Convention[] = [
  {
    name: 'ignores an unknown field',
    says: [unknownIgnored, 'The operation needs no input.', "The object's content is ignored."],
    run: (context) => succeedsWith(context, { from_a_newer_client: { a: [1, null] } }),
  },
  {
    name: 'refuses U+0000 in text',
    says: ['No text may contain the character U+0000.'],
    async run(context) {
      const { body, ...request } = await prepare(context);
      const reply = await context.target.send(context.id, { ...request, body: { ...(body as Fields), more: [{ deep: 'a\0b' }] } });
      expectInvalid(reply, '/body/more/0/deep', 'U+0000');
    },
  },
  {
    name: 'answers deeply nested objects',
    says: [],
    async run(context) {
      const { body, ...request } = await prepare(context);
      const deep = `{"a":${'['.repeat(1000)}${']'.repeat(1000)},${JSON.stringify(body ?? {}).slice(1)}`.replace(',}', '}');
      await context.target.send(context.id, { ...request, body: deep });
    },
  },
  {
    name: 'answers __proto__ and constructor keys',
    says: [],
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
  says: [unknownIgnored],
  run: (context) => succeeds(context, unknownQuery),
};

const refusedQuery: Convention = {
  name: 'refuses an unknown query parameter by name',
  says: ['An operation with query parameters refuses unknown ones, with a 400 `request_invalid` that names them.'],
  async run(context) {
    const query = { ...neededQuery(context.id), ...unknownQuery.query };
    const reply = await context.target.send(context.id, { ...(await prepare(context)), query });
    expectInvalid(reply, '/query/from_a_newer_client', 'not a parameter');
  },
};

const methodOverride: Convention = {
  name: 'accepts PUT as a POST with X-Hydrogen-Request-Method',
  says: [
    'Hosts that can only GET and POST send PUT and DELETE as a POST with the header `X-Hydrogen-Request-Method: PUT` or `DELETE`.',
    'The server treats such a request as that method before it routes or validates it.',
  ],
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

/** Operations with a token that is valid on its own page alone. */
const isOfOnePage = (id: OperationId) => ['loginOnWeb', 'silentLoginOnWeb', 'linkOnWeb'].includes(id);

async function browserPages(context: Context): Promise<void> {
  const allowed = async (Origin: string | undefined) => {
    const another = createContext(context.target, context.id);
    const more = { headers: { Origin, Cookie: 'session=x' } };
    const { headers } = isOfOnePage(context.id)
      ? await context.target.send(context.id, { ...(await prepare(another)), ...more })
      : await succeeds(another, more);
    if (headers.has('Set-Cookie')) throw new Error(`Set-Cookie is ${headers.get('Set-Cookie')}`);
    if (headers.has('Access-Control-Allow-Credentials')) throw new Error('pages may send credentials');
    return { origin: headers.get('Access-Control-Allow-Origin'), exposed: headers.get('Access-Control-Expose-Headers') };
  };
  const page = 'http://localhost:5173';
  const [own, foreign, none] = [await allowed(page), await allowed('https://evil.example'), await allowed(undefined)];
  if (foreign.origin !== null || none.origin !== null) throw new Error(`Access-Control-Allow-Origin is ${foreign.origin ?? none.origin}`);
  if (own.origin === null) throw new Lacking('pages of this machine among its cors_origins');
  const exposed = ['X-Request-Id', 'Retry-After', 'RateLimit-Policy', 'RateLimit'].filter((name) => !own.exposed?.includes(name));
  if (own.origin !== page || exposed.length > 0) throw new Error(`${own.origin} may read ${own.exposed}`);
}

async function otherMethods({ id, target }: Context): Promise<void> {
  const declared = Object.keys(contract.paths[operationTable[id].path] ?? {}).filter((key) => key !== 'parameters');
  for (const method of ['DELETE', 'PATCH'].filter((name) => !declared.includes(name.toLowerCase()))) {
    const { status, headers, body, text } = await target.ask(id, { method });
    const problem = misfit(contract.components.schemas.ApiError as object, body);
    const allow = (headers.get('Allow') ?? '').toLowerCase().split(/, */).sort().join();
    if (status !== 405 || problem || body.code !== 'method_not_allowed' || allow !== declared.sort().join()) {
      throw new Error(`${method}: ${status} Allow: ${allow} ${problem} ${text}`);
    }
  }
}
