import type { OperationId } from '../../../generated/operations.ts';
import {
  misfit,
  neededQuery,
  type Parameter,
  parametersOf,
  requestMediaOf,
  resolve,
  type Schema,
  takesForm,
} from '../../support/contract.ts';
import { type Fields, fullestExample } from './context.ts';
import type { Request } from './target.ts';

/** A request at a limit of a schema, or one beyond. */
export interface LimitCase {
  name: string;
  request: Request;
  /** The path that the error must name; undefined if the request is valid. */
  path: string | undefined;
  /** Whether Prism does not validate it. */
  subtle?: boolean;
}

/** Requests at every limit of an operation's schemas, and one beyond each. */
export const limitsOf = (id: OperationId): LimitCase[] =>
  [...parametersOf(id).flatMap((parameter) => parameterLimits(parameter, neededQuery(id))), ...bodyLimits(id)].filter(
    ({ path }) => path !== undefined || !refusesExamples.has(id),
  );

/** Parameters with rules beyond their schema: the app's environments and fields decide. */
const refusesMore = new Set(['X-Hydrogen-Env-ID', 'order_by', 'where', 'keys', 'expand', 'after']);

/** Operations that refuse even their examples: the origins of callback pages are the app's configuration. */
const refusesExamples = new Set<OperationId>(['createWebLogin']);

/** @param query the parameters that no request can do without */
function parameterLimits({ name, in: place, schema: declared }: Parameter, query: Record<string, string>): LimitCase[] {
  const schema = resolve(declared);
  const values = [...valuesAround(schema), ...(schema.type === 'integer' ? ['x', '1.5', '', '1e99'] : [])];
  return values
    .filter((value) => typeof value !== 'object' && isSendable(place, String(value)))
    .map((value) => ({
      name: `${place} ${name} ${abbreviate(value)}`,
      request: inParameter(place, name, String(value), query),
      subtle: value === '',
      path: fitsAsText(schema, String(value)) ? undefined : `${pathOf[place]}${place === 'header' ? name.toLowerCase() : name}`,
    }))
    .filter(({ path }) => path !== undefined || !refusesMore.has(name));
}

const pathOf = { query: '/query/', path: '/params/', header: '/headers/' };

/** Header values are visible ASCII, and an empty segment would be another path. */
const isSendable = (place: Parameter['in'], text: string) =>
  place === 'query' || (place === 'path' ? text !== '' : /^[!-~]([ -~]*[!-~])?$/.test(text));

function inParameter(place: Parameter['in'], name: string, value: string, query: Record<string, string>): Request {
  if (place === 'query') return { query: { ...query, [name]: value } };
  return { query, ...(place === 'path' ? { params: { [name]: value } } : { headers: { [name]: value } }) };
}

const fitsAsText = (schema: Schema, text: string) =>
  schema.type === 'integer' ? /^-?\d+$/.test(text) && !misfit(schema, Number(text)) : !misfit(schema, text);

function bodyLimits(id: OperationId): LimitCase[] {
  const { schema } = requestMediaOf(id) ?? {};
  if (!schema) return [];
  const example = fullestExample(id);
  if (takesForm(id)) return formLimits(schema, example);
  const cases = ([7, true, [], 'text'] as unknown[]).map((body) => ({ body: JSON.stringify(body), path: '/body', what: 'whole' }));
  const all = [...cases, ...objectLimits(schema, example, '/body').map(({ body, ...rest }) => ({ body: JSON.stringify(body), ...rest }))];
  return all.map(({ body, path, what, ...rest }) => ({
    ...rest,
    name: `body ${what} ${abbreviate(body)}`,
    request: { body },
    path: misfit(schema, JSON.parse(body)) ? path : undefined,
  }));
}

/** A form contains only text. */
const formLimits = (schema: Schema, example: Fields): LimitCase[] =>
  objectLimits(schema, example, '/body')
    .filter(({ body }) => Object.values(body).every((value) => typeof value === 'string'))
    .map(({ body, path, what, ...rest }) => ({
      ...rest,
      name: `form ${what} ${abbreviate(JSON.stringify(body))}`,
      request: { body },
      path: misfit(schema, body) ? path : undefined,
    }));

interface BodyLimit {
  body: Fields;
  path: string;
  what: string;
  subtle?: boolean;
}

function objectLimits(given: Schema, example: Fields, path: string): BodyLimit[] {
  const { required = [], properties = {}, maxProperties, dependentRequired = {} } = flatten(given);
  const found: BodyLimit[] = required.map((name) => ({ body: without(example, name), path: `${path}/${name}`, what: `without ${name}` }));
  for (const [name, needed] of Object.entries(dependentRequired)) {
    for (const other of needed.filter((field) => field in example && name in example)) {
      found.push({ body: without(example, other), path: `${path}/${other}`, what: `${name} without ${other}`, subtle: true });
    }
  }
  if (maxProperties !== undefined) {
    for (const count of [maxProperties, maxProperties + 1]) {
      const body = Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, index]));
      found.push({ body, path, what: `with ${count} fields` });
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    const schema = resolve(property);
    const at = `${path}/${name}`;
    for (const value of [...valuesAround(schema), ...otherTypes]) found.push({ body: { ...example, [name]: value }, path: at, what: name });
    if (schema.properties || schema.maxProperties) {
      const inner = objectLimits(schema, (example[name] ?? {}) as Fields, at);
      found.push(...inner.map(({ body, ...rest }) => ({ ...rest, body: { ...example, [name]: body } })));
    }
  }
  return found;
}

/** The schema merged with its `allOf`. */
function flatten(given: Schema): Schema {
  const schema = resolve(given);
  const parts = [...(schema.allOf ?? []).map(flatten), schema];
  return {
    ...schema,
    required: parts.flatMap(({ required = [] }) => required),
    properties: Object.fromEntries(parts.flatMap(({ properties = {} }) => Object.entries(properties))),
  };
}

const without = (fields: Fields, name: string) => Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

/** Values at each limit of a schema or its alternatives, one beyond each, and forbidden ones within. */
function valuesAround(schema: Schema): unknown[] {
  if (schema.anyOf) return schema.anyOf.flatMap(valuesAround);
  const { minLength, maxLength, minimum, maximum, pattern, enum: values = [] } = schema;
  const texts = around(minLength, maxLength).filter((length) => length >= 0);
  const strange = pattern === undefined ? [] : ['a b', '!', 'ü', '-', '@', '='].map((part) => part.repeat(minLength ?? 1));
  return [
    ...texts.map((length) => textOf(length, schema)),
    ...wideTextOf(schema),
    ...around(minimum, maximum),
    ...strange,
    ...(schema.format === 'email' ? addresses : []),
    ...values,
    ...(values.length > 0 ? ['another'] : []),
  ];
}
const addresses = ['a@b', '-@0', 'a@b.', '@b.example', 'a@b..example', 'a.@b.example', 'a b@b.example', 'a@b@b.example', "o'b+1@b.example"];
const otherTypes = [7, -1, 1.5, true, false, null, 'text', [], {}];

const around = (...limits: (number | undefined)[]) => limits.flatMap((limit) => (limit === undefined ? [] : [limit - 1, limit, limit + 1]));

/** A character beyond the first 65,536 counts as one in the contract and as two in JavaScript. */
function wideTextOf(schema: Schema): string[] {
  const text = '𠮷'.repeat(schema.maxLength ?? 0);
  return misfit(schema, text) ? [] : [text];
}

/** Text of this length that matches the schema: one letter repeated, or an e-mail address. */
function textOf(length: number, schema: Schema): string {
  const texts = [...['1', 'a', 'A'].map((letter) => letter.repeat(length)), '@b.example'.padStart(length, 'a')];
  return texts.find((text) => !misfit(schema, text)) ?? 'a'.repeat(length);
}

const abbreviate = (value: unknown) => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 40)}… (${text.length})` : text;
};
