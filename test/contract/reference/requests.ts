import fc from 'fast-check';
import { generate } from 'json-schema-faker';
import { aliasTable, type OperationId, operationTable } from '../../../generated/operations.ts';
import { contract, misfit, namesInPath, parametersOf, requestExamplesOf, requestMediaOf, takesForm } from '../../support/contract.ts';
import { fieldValue, headerText, idText, mediaType, often, otherMethod, queryText } from './values.ts';

/** A serialised request. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Path and query, encoded. */
  target: string;
  headers: Record<string, string>;
  body: string | undefined;
}

type Fields = Record<string, unknown>;
type Part = 'path' | 'query' | 'headers' | 'body' | 'type' | 'method';

/** Every place of the contract where an operation is sent JSON or nothing, the older paths included. */
const places = [
  ...Object.entries(operationTable)
    .filter(([, place]) => !('upload' in place))
    .map(([id, { method, path }]) => ({ operationId: id as OperationId, method, path })),
  ...Object.values(aliasTable),
];

/** Number of bodies generated from a schema, besides the contract's examples. */
const bodies = 20;

/**
 * Generates valid and invalid requests to every operation. Most are edited in one part only, because with two invalid parts, validators
 * differ in the one that they report. The same seed generates the same requests.
 *
 * @param count minimum number, spread evenly over the operations
 */
export async function makeRequests(count: number, seed: number): Promise<WireRequest[]> {
  const numRuns = Math.ceil(count / places.length);
  const made = await Promise.all(
    places.map(async (place, index) =>
      fc.sample(requestTo(place, await wholeBodies(place.operationId, seed)), { numRuns, seed: seed + index }),
    ),
  );
  return made.flat();
}

/** The examples of the operation's body and bodies made of its schema; none if it takes no body. */
async function wholeBodies(id: OperationId, seed: number): Promise<Fields[]> {
  const schema = requestMediaOf(id)?.schema;
  if (!schema) return [];
  const made = await Promise.all(
    Array.from({ length: bodies }, (_, index) =>
      generate({ ...schema, components: contract.components }, { seed: seed + index, alwaysFakeOptionals: index % 2 === 0 }),
    ),
  );
  // Bodies that the library generates may not match a pattern, and a few are longer than the server reads.
  const usable = made.filter((body) => !misfit(schema, body) && JSON.stringify(body).length < 20_000);
  return [...requestExamplesOf(id).map(({ value }) => value), ...usable] as Fields[];
}

function requestTo({ operationId, method, path }: (typeof places)[number], wholes: Fields[]): fc.Arbitrary<WireRequest> {
  const namesOf = (kind: 'query' | 'header') => parametersOf(operationId).flatMap(({ name, in: place }) => (place === kind ? [name] : []));
  const queryNames = namesOf('query');
  const parts: fc.WeightedArbitrary<Part>[] = [
    { arbitrary: fc.constant('headers'), weight: 2 },
    { arbitrary: fc.constantFrom('type', 'method'), weight: 1 },
    { arbitrary: fc.constant('body'), weight: wholes.length > 0 ? 40 : 1 },
    { arbitrary: fc.constant('query'), weight: queryNames.length > 0 ? 20 : 1 },
    { arbitrary: fc.constant('path'), weight: path.includes('{') ? 10 : 0 },
  ];
  const editsOf = {
    path: idText,
    query: queryOf(queryNames),
    headers: fc.dictionary(fc.constantFrom('X-Other', ...namesOf('header')), headerText, { minKeys: 1, maxKeys: 1 }),
    body: bodyOf(wholes),
    type: mediaType,
    method: otherMethod,
  } satisfies Record<Part, fc.Arbitrary<unknown>>;
  const whole = wholes.length > 0 ? fc.constantFrom(...wholes) : fc.constant(undefined);
  return fc.record({ part: fc.oneof(...parts), whole, ...editsOf }).map(({ part, whole, ...edits }) => {
    const body = part === 'body' ? edits.body : whole;
    const isForm = takesForm(operationId);
    const type = part === 'type' ? edits.type : isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    const id = encodeURIComponent(part === 'path' ? edits.path : (Object.values(namesInPath(operationId))[0] ?? '61736923'));
    return {
      method: part === 'method' ? edits.method : method,
      target: path.replace(/\{\w+\}/, id) + (part === 'query' ? edits.query : ''),
      headers: { ...(part === 'headers' && edits.headers), ...(body !== undefined && type !== undefined && { 'Content-Type': type }) },
      body: body === undefined ? undefined : isForm ? formOf(body) : JSON.stringify(body),
    };
  });
}

/** A form with the fields of a body; a list is sent as a field that is there several times. */
function formOf(body: unknown): string {
  const pairs = Object.entries(isFields(body) ? body : {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one): [string, string] => [
      name,
      typeof one === 'string' ? one : JSON.stringify(one),
    ]),
  );
  return String(new URLSearchParams(pairs));
}

/** Up to three parameters, of which few are unknown or there twice. */
function queryOf(names: string[]): fc.Arbitrary<string> {
  const name = names.length > 0 ? often(fc.constantFrom(...names), fc.constant('unknown')) : fc.constant('unknown');
  const values = often(
    queryText.map((value) => [value]),
    fc.array(queryText, { minLength: 2, maxLength: 2 }),
  );
  return fc
    .dictionary(name, values, { minKeys: 1, maxKeys: 3 })
    .map((query) =>
      Object.entries(query).flatMap(([key, list]) => list.map((value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)),
    )
    .map((pairs) => `?${pairs.join('&')}`);
}

/** Most have up to three edited fields; a few are lists, empty or absent. */
function bodyOf(wholes: Fields[]): fc.Arbitrary<unknown> {
  const others = fc.constantFrom(undefined, [], {});
  if (wholes.length === 0) return others;
  const names = [...new Set(wholes.flatMap(Object.keys)), 'more', '_more'];
  const inside = fc.option(fc.constantFrom('more', ...innerNames(wholes)));
  const edits = fc.array(fc.record({ name: fc.constantFrom(...names), inside, value: fieldValue }), { maxLength: 3 });
  const edited = fc.tuple(fc.constantFrom(...wholes), edits).map(([whole, list]) => list.reduce(applyEdit, whole));
  return often<unknown>(edited, others);
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const innerNames = (wholes: Fields[]) => new Set(wholes.flatMap((whole) => Object.values(whole).filter(isFields).flatMap(Object.keys)));

/** Writes a value to a field, or to one within it if it holds an object; undefined removes it. */
function applyEdit(fields: Fields, { name, inside, value }: { name: string; inside: string | null; value: unknown }): Fields {
  const inner = fields[name];
  return { ...fields, [name]: inside !== null && isFields(inner) ? { ...inner, [inside]: value } : value };
}
