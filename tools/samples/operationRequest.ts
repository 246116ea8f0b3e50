/** The request that the contract's examples make of an operation. */
import type { PlatformName } from '../../generated/operations.ts';

export interface SampledOperation {
  operationId?: string;
  security?: Record<string, string[]>[];
  requestBody?: { content?: Record<string, { examples?: Record<string, Reference | { value: unknown }> }> };
}
interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  example?: unknown;
}
export interface Reference {
  $ref: string;
}

export interface OperationRequest {
  /** The path with the examples of its parameters, and of those that the query needs. */
  filledPath: string;
  params: Record<string, unknown>;
  /** The first example of the body; undefined if there is none, or if it has a file. */
  body: unknown;
  /** Whether the body is a form with a file. */
  isUpload: boolean;
  /** Whether the body is a form without one. */
  isForm: boolean;
  /** Whether one of the alternatives of `security` has a scheme. */
  takes(scheme: string): boolean;
  /** Whether a session is the usual alternative: the contract names it first. */
  expectsSession: boolean;
  platform: PlatformName | undefined;
}

/**
 * @param item the path's, whose parameters its operations share
 * @throws if a parameter of the path has no example
 */
export function operationRequest(contract: object, path: string, item: object, operation: SampledOperation): OperationRequest {
  const { security, requestBody: { content = {} } = {} } = operation;
  const declared = [...parametersOf(item), ...parametersOf(operation)].map((parameter) => resolve(contract, parameter));
  const params: Record<string, unknown> = {};
  const filledPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const { example } = declared.find((parameter) => parameter.in === 'path' && parameter.name === name) ?? {};
    if (example === undefined) throw new Error(`${path}: the path parameter ${name} has no example`);
    params[name] = example;
    return String(example);
  });
  const needed = declared.filter(({ in: place, required }) => place === 'query' && required);
  const query = new URLSearchParams(needed.map(({ name, example }): [string, string] => [name, String(example)]));
  const isUpload = 'multipart/form-data' in content;
  const [example] = Object.values(content).flatMap(({ examples = {} }) => Object.values(examples));
  return {
    filledPath: query.size === 0 ? filledPath : `${filledPath}?${query}`,
    params,
    isUpload,
    isForm: 'application/x-www-form-urlencoded' in content,
    body: isUpload ? undefined : example && resolve(contract, example).value,
    takes: (scheme) => (security ?? [{ ClientId: [], Session: [] }]).some((alternative) => scheme in alternative),
    expectsSession: security === undefined || 'Session' in (security[0] ?? {}),
    platform: /\/idp\/(\w+)\//.exec(path)?.[1] as PlatformName | undefined,
  };
}

const parametersOf = (node: object): (Parameter | Reference)[] =>
  'parameters' in node && Array.isArray(node.parameters) ? node.parameters : [];

/** Follows a local reference. */
export const resolve = <T>(contract: object, node: T | Reference): T => (isReference(node) ? (at(contract, node.$ref) as T) : node);

const isReference = (node: unknown): node is Reference => typeof node === 'object' && node !== null && '$ref' in node;

function at(contract: object, reference: string): unknown {
  const [, ...keys] = reference.split('/');
  // biome-ignore lint/suspicious/noExplicitAny: a JSON pointer leads anywhere
  return keys.reduce((value: any, key) => value[key], contract);
}
