import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type OperationId, operationTable } from '../../generated/operations.ts';

/** The parts of JSON Schema that the contract uses. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  anyOf?: Schema[];
  dependentRequired?: Record<string, string[]>;
};
interface MediaType {
  schema: Schema;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}
interface Content {
  content?: Partial<Record<'application/json' | typeof formType, MediaType>>;
}
const formType = 'application/x-www-form-urlencoded';
export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required?: boolean;
  schema: Schema;
  example?: unknown;
}
interface Operation {
  operationId: string;
  'x-audience': string;
  tags: string[];
  summary: string;
  description: string;
  parameters?: Parameter[];
  security?: Record<string, string[]>[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content & { $ref?: string; headers?: Record<string, Header> }>;
}
interface Header {
  $ref?: string;
  required?: boolean;
  schema?: Schema;
}
interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>;
  webhooks: Record<string, { post: Operation }>;
  components: Record<string, Record<string, unknown>> & { schemas: Record<string, unknown> };
}

/** The bundle, for tests that traverse it. */
export const contract: Contract = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8'));
export const operationIds = Object.keys(operationTable) as OperationId[];

/** Follows a local reference, if it is one. */
export function resolve<T>(node: T | { $ref: string }): T {
  if (!(typeof node === 'object' && node !== null && '$ref' in node && typeof node.$ref === 'string')) return node as T;
  const keys = node.$ref.slice(2).split('/').map(decodePointer);
  // biome-ignore lint/suspicious/noExplicitAny: a JSON pointer leads anywhere
  return resolve(keys.reduce((value: any, key) => value[key], contract)) as T;
}

export function operation(id: OperationId): Operation {
  const { path, method } = operationTable[id];
  const found = contract.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`the bundle has no ${id}`);
  return found;
}

export interface NamedExample {
  name: string;
  value: unknown;
}
const examplesIn = (media: MediaType | undefined): NamedExample[] =>
  Object.entries(media?.examples ?? {}).map(([name, example]) => ({ name, value: resolve<{ value?: unknown }>(example).value }));

/** The content of an operation's answer with a status, if there is one. */
export const responseMediaOf = (id: OperationId, status: string): MediaType | undefined =>
  resolve<Content>(operation(id).responses[status] ?? {}).content?.['application/json'];
export const requestMediaOf = (id: OperationId): MediaType | undefined => {
  const { content } = operation(id).requestBody ?? {};
  return content?.['application/json'] ?? content?.[formType];
};
/** Whether the body of an operation is a form. */
export const takesForm = (id: OperationId): boolean => operation(id).requestBody?.content?.[formType] !== undefined;
/** Whether an operation's caller is one of the team's own servers, with its key. */
export const takesServerKey = (id: OperationId): boolean => operation(id).security?.some((scheme) => 'ServerKey' in scheme) ?? false;
export const responseExamplesOf = (id: OperationId, status: string): NamedExample[] => examplesIn(responseMediaOf(id, status));
export const requestExamplesOf = (id: OperationId): NamedExample[] => examplesIn(requestMediaOf(id));

/** The parameters of an operation and of its path. */
export const parametersOf = (id: OperationId): Parameter[] =>
  [...(contract.paths[operationTable[id].path]?.parameters ?? []), ...(operation(id).parameters ?? [])].map((parameter) =>
    resolve(parameter),
  );

/** The required query parameters, with their examples. */
export const neededQuery = (id: OperationId): Record<string, string> =>
  Object.fromEntries(
    parametersOf(id)
      .filter(({ in: place, required }) => place === 'query' && required)
      .map(({ name, example }) => [name, String(example)]),
  );
/** The path parameters that are no ids, with their examples. */
export const namesInPath = (id: OperationId): Record<string, string> =>
  Object.fromEntries(
    parametersOf(id)
      .filter(({ in: place, example }) => place === 'path' && typeof example === 'string')
      .map(({ name, example }) => [name, String(example)]),
  );
/** The headers that an operation declares for a status, by name. */
export const headersOf = (id: OperationId, status: string): [name: string, header: Header][] =>
  Object.entries(resolve(operation(id).responses[status] ?? {}).headers ?? {}).map(([name, header]) => [name, resolve(header)]);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'contract', ...contract });

const compiled = new Map<object, ValidateFunction>();

/** Violations of a schema of the bundle, as text; undefined if there are none. */
export function misfit(schema: object, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')));
  compiled.set(schema, validate);
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

/** The violation of the contract in an answer, as text; undefined if the answer is declared and fits. */
export function undeclared(id: OperationId, status: number, body: unknown): string | undefined {
  if (!operation(id).responses[status]) return `${id} does not declare ${status}`;
  const media = responseMediaOf(id, String(status));
  return media ? misfit(media.schema, body) : undefined;
}

const decodePointer = (key: string) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
