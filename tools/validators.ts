/**
 * Compiles the contract's rules for requests and answers to functions, so that the server compiles nothing at start and needs no
 * validator at run time.
 */
import type { Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { build } from 'esbuild';

interface Reference {
  $ref: string;
}
interface Parameter {
  name: string;
  in: keyof typeof places;
  required?: boolean;
  schema: object;
}
interface Content {
  content?: Record<string, { schema: object }>;
}
interface Operation {
  operationId: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content | Reference>;
}
export interface Contract {
  paths: Record<string, { parameters?: (Parameter | Reference)[] } & Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** Express's property for each kind of parameter. Errors name fields by it. */
const places = { path: 'params', query: 'query', header: 'headers' };

interface Module {
  code: string;
  /** Names of the exported validators. */
  names: string[];
}

/** Compiles one module per kind of validator: one function per operation, and for answers one per status. */
export async function compileValidators(contract: Contract): Promise<Record<'parameters' | 'bodies' | 'answers', Module>> {
  const parameters: Record<string, object> = {};
  const bodies: Record<string, object> = {};
  const answers: Record<string, object> = {};
  for (const { parameters: shared = [], ...item } of Object.values(contract.paths)) {
    for (const { operationId, parameters: own = [], requestBody, responses } of Object.values(item)) {
      parameters[operationId] = parametersSchema([...shared, ...own].map((parameter) => resolve<Parameter>(contract, parameter)));
      // A form with a file is read by its own step.
      if (requestBody && !isUpload(requestBody))
        bodies[operationId] = bodySchema(requestBody.required === true, schemaOf(requestBody, readTypes));
      for (const [status, response] of Object.entries(responses)) {
        answers[`${operationId}_${status}`] = bodySchema(true, schemaOf(resolve<Content>(contract, response), ['application/json']));
      }
    }
  }
  return {
    // Paths, queries and headers are text. With `strictNumbers`, ajv would skip the limits of an infinite number.
    parameters: await compile(contract, parameters, { useDefaults: true, coerceTypes: true, strictNumbers: false }),
    bodies: await compile(contract, bodies, { useDefaults: true, strictNumbers: true }),
    answers: await compile(contract, answers, { strictNumbers: true }),
  };
}

const parametersSchema = (parameters: Parameter[]) => ({
  properties: Object.fromEntries(
    Object.entries(places).map(([kind, place]) => {
      const here = parameters.filter((parameter) => parameter.in === kind);
      // Node lower-cases header names.
      const nameOf = ({ name }: Parameter) => (kind === 'header' ? name.toLowerCase() : name);
      return [
        place,
        {
          type: 'object',
          // An unknown query parameter is probably a misspelt one, and ignoring it would change the answer.
          ...(kind === 'query' && here.length > 0 && { additionalProperties: false }),
          required: here.filter(({ required }) => required).map(nameOf),
          properties: Object.fromEntries(here.map((parameter) => [nameOf(parameter), parameter.schema])),
        },
      ];
    }),
  ),
});

const bodySchema = (required: boolean, schema: object) => ({ required: required ? ['body'] : [], properties: { body: schema } });

const isUpload = ({ content }: Content): boolean => Object.keys(content ?? {}).join() === 'multipart/form-data';

/** The media types of validated bodies. The server writes only JSON. */
const readTypes = ['application/json', 'application/x-www-form-urlencoded'];

/** @throws if the content has a type that is not listed, or several */
function schemaOf({ content = {} }: Content, types: string[]): object {
  const [[type, { schema }] = ['', { schema: {} }], ...others] = Object.entries(content);
  if (!types.includes(type) || others.length > 0) throw new Error(`${Object.keys(content)}: must be one of ${types}`);
  return schema;
}

function resolve<T>({ components }: Contract, node: T | Reference): T {
  if (!(typeof node === 'object' && node !== null && '$ref' in node)) return node as T;
  const [, , kind = '', name = ''] = node.$ref.split('/');
  return components[kind]?.[name] as T;
}

/** Compiles schemas; equal ones share one validator. */
async function compile({ components }: Contract, schemas: Record<string, object>, options: Options): Promise<Module> {
  const ajv = new Ajv2020({ ...options, strict: false, inlineRefs: false, code: { source: true, esm: true } });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'contract', components });
  const names = Map.groupBy(Object.keys(schemas), (name) => JSON.stringify(schemas[name]).replaceAll('"#/', '"contract#/'));
  const own: Record<string, string> = {};
  const others: string[] = [];
  for (const [schema, [first = '', ...rest]] of names) {
    ajv.addSchema(JSON.parse(schema), first);
    own[first] = first;
    others.push(...rest.map((name) => `export { ${first} as ${name} };`));
  }
  const { outputFiles } = await build({
    stdin: { contents: [standalone.default(ajv, own), ...others].join('\n'), resolveDir: '.' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return { code: outputFiles[0]?.text ?? '', names: Object.keys(schemas) };
}
