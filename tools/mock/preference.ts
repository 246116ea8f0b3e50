/** Reads the preferred answer and delay of a request: `Prefer: code=400, example=code_used, delay=2000`. */
import { readFileSync } from 'node:fs';
import type { IHttpRequest } from '@stoplight/prism-http';
import { getHttpConfigFromRequest } from '@stoplight/prism-http-server/dist/getHttpConfigFromRequest.js';
import type { OperationId } from '../../generated/operations.ts';
import { type ApiError, invalidField } from '../../server/errors.ts';
import { bundleFile } from '../../server/http/contract.ts';

export interface Preference {
  code?: number;
  exampleKey?: string;
  dynamic?: boolean;
  seed?: string;
  /** Milliseconds. */
  delay: number;
}

/** Milliseconds; the timeout of `wx.request`. */
const longestDelay = 60_000;

/** The names of an operation's examples by status. */
type Answers = Map<string, string[]>;

/** Reads the preference of a request that has the header, or `__code` and the like in its query. @throws request_invalid */
export function readPreference(operationId: OperationId, request: IHttpRequest): Preference {
  const { prefer = '' } = request.headers ?? {};
  const preferred = getHttpConfigFromRequest(request);
  if (preferred._tag === 'Left') throw unknownAnswer(operationId);
  const { code, exampleKey, dynamic, seed } = preferred.right;
  const delay = Number((prefer === '' ? request.url.query?.__delay : /\bdelay=([^\s,;]*)/.exec(prefer)?.[1]) ?? 0);
  if (!(Number.isInteger(delay) && delay >= 0 && delay <= longestDelay)) {
    throw invalidField('/headers/prefer', `delay must be milliseconds, from 0 to ${longestDelay}`);
  }

  const answers = answersOf(operationId);
  const status = code === undefined ? [...answers].find(([, names]) => names.includes(exampleKey ?? ''))?.[0] : String(code);
  const names = answers.get(status ?? '');
  if (code !== undefined && !names) throw unknownAnswer(operationId);
  if (exampleKey !== undefined && !names?.includes(exampleKey)) throw unknownAnswer(operationId);
  return {
    delay,
    ...(status !== undefined && { code: Number(status) }),
    ...(exampleKey !== undefined && { exampleKey }),
    ...(dynamic !== undefined && { dynamic }),
    ...(seed !== undefined && { seed }),
  };
}

const unknownAnswer = (operationId: OperationId): ApiError => {
  const answers = [...answersOf(operationId)].map(([status, names]) => `code=${status} (example=${names.join(', ')})`);
  return invalidField(
    '/headers/prefer',
    `must name an answer of ${operationId}, as code=400, example=request_invalid: ${answers.join('; ')}`,
  );
};

interface Bundle {
  paths: Record<string, Record<string, { operationId?: string; responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response> };
}
interface Response {
  $ref?: string;
  content?: Record<string, { examples?: object }>;
}

const { paths, components }: Bundle = JSON.parse(readFileSync(bundleFile, 'utf8'));
const operations = Object.values(paths).flatMap((item) => Object.values(item));

function answersOf(id: OperationId): Answers {
  const { responses = {} } = operations.find(({ operationId }) => operationId === id) ?? {};
  return new Map(
    Object.entries(responses).map(([status, response]) => {
      const { content = {} } = response.$ref ? (components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {}) : response;
      return [status, Object.keys(content['application/json']?.examples ?? {})];
    }),
  );
}
