import { errorCodes } from '../../../generated/errors.ts';
import type { OperationId } from '../../../generated/operations.ts';
import type { components } from '../../../generated/types.ts';
import { headersOf, misfit, responseExamplesOf, undeclared } from '../../support/contract.ts';

type ErrorBody = components['schemas']['ApiError'];

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The text's JSON; undefined if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: cases assert the shape of bodies
  body: any;
}

/** Internals that no answer may show: stack frames, files, modules and SQL. */
const innerNames = [
  /\bat (async )?[\w.<>]+ \(/,
  /\bat (file|node):/,
  /node_modules|node:internal/,
  /(\/[\w.-]+)+\.[cm]?[jt]s\b/,
  /\b(Type|Reference|Range|Syntax|Sqlite|Postgres|Database)Error\b/,
  // Not inside a token, which may have any letters.
  /(?<![\w-])(?:SQLITE|sqlite|pg)_[A-Za-z_]{3,30}(?![\w-])/,
  /\b(select .+ from|insert into|update .+ set|delete from) /i,
  /\bE(CONNREFUSED|CONNRESET|NOENT|ACCES|PIPE)\b/,
];

/**
 * Describes how an answer violates the contract; undefined if status, headers and body fit.
 */
export function faultOf(id: OperationId, { status, headers, text, body }: Reply): string | undefined {
  const leak = innerNames.find((pattern) => pattern.test(text))?.exec(text)?.[0];
  if (leak !== undefined) return `the body shows the server's internals: ${leak}`;
  const secret = secretIn(id, body);
  if (secret !== undefined) return `the body shows ${secret}`;
  const violations = answerViolations(headers);
  if (violations.length > 0) return `the validating proxy found: ${JSON.stringify(violations)}`;
  return (
    undeclared(id, status, body) ?? wrongHeader(id, status, headers) ?? (status >= 400 ? wrongError(id, status, headers, body) : undefined)
  );
}

/** Names of fields that no answer may have, in any case and with or without `_`. */
const secretNames = /^(session_?key|password(_?hash)?|token_?hash|app_?secret|access_?token|secret)$/i;

/** Operations that issue access tokens. */
const tokenGivers: readonly OperationId[] = ['createAccessToken', 'exchangeToken'];

/** Finds the first field of a body, at any depth, that shows a secret. */
function secretIn(id: OperationId, body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const [name, value] of Object.entries(body)) {
    const isSecret = secretNames.test(name) && !(name === 'access_token' && tokenGivers.includes(id));
    const found = isSecret ? name : secretIn(id, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Prism's violations of the answer. Those of the request are intended. */
function answerViolations(headers: Headers): { location: string[] }[] {
  const found: { location: string[] }[] = JSON.parse(headers.get('sl-violations') ?? '[]');
  return found.filter(({ location }) => location[0] !== 'request');
}

function wrongHeader(id: OperationId, status: number, headers: Headers): string | undefined {
  const type = headers.get('Content-Type') ?? 'none';
  if (!/^application\/json(; *charset=utf-8)?$/i.test(type)) return `Content-Type is ${type}`;
  for (const [name, { required, schema = {} }] of headersOf(id, String(status))) {
    const value = headers.get(name);
    if (value === null && required) return `the header ${name} is missing`;
    const problem = value === null ? undefined : misfit(schema, schema.type === 'integer' ? Number(value) : value);
    if (problem) return `the header ${name} does not fit: ${problem}`;
  }
  return undefined;
}

/** Requires an error code that the operation declares for the status. */
function wrongError(id: OperationId, status: number, headers: Headers, { code, request_id }: ErrorBody): string | undefined {
  if (!responseExamplesOf(id, String(status)).some(({ name }) => name === code)) return `${id} does not declare ${status} ${code}`;
  if (!(code in errorCodes)) return `ErrorCode does not list ${code}`;
  if (request_id !== headers.get('X-Request-Id')) return 'request_id is not X-Request-Id';
  return undefined;
}
