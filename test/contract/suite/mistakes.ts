import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { misfit, requestMediaOf, type Schema } from '../../support/contract.ts';
import type { ErrorCode } from './refusals.ts';
import { fullestExample } from './scene.ts';
import type { Request } from './target.ts';

/** A request that no schema catches, and the errors that it may come to. */
export interface Mistake {
  name: string;
  request: Request;
  codes: ErrorCode[];
  /** Where the error must say that it is. */
  path?: string;
  /** Whether its body is no JSON, or says that it is something else that cannot be. */
  unreadable?: boolean;
}

const json = 'application/json';

export function mistakesOf(id: OperationId): Mistake[] {
  const media = requestMediaOf(id);
  const whole: Request = media ? { body: fullestExample(id) } : {};
  const headers = [...clientMistakes, ...(operationTable[id].session === 'required' ? sessionMistakes : [])];
  return [
    ...headers.map(({ request, ...mistake }) => ({ ...mistake, request: { ...whole, ...request } })),
    ...(media ? bodyMistakes(media.schema) : []),
  ];
}

const clientMistakes: Mistake[] = [
  { name: 'no client id', request: { headers: { 'X-Hydrogen-Client-ID': undefined } }, codes: ['client_unknown'] },
  { name: 'an empty client id', request: { headers: { 'X-Hydrogen-Client-ID': '' } }, codes: ['client_unknown'] },
  { name: 'a client id too long', request: { headers: { 'X-Hydrogen-Client-ID': 'x'.repeat(4096) } }, codes: ['client_unknown'] },
  {
    name: 'an environment that the app has not',
    request: { headers: { 'X-Hydrogen-Env-ID': 'elsewhere' } },
    codes: ['request_invalid'],
    path: '/headers/x-hydrogen-env-id',
  },
];

const sessionMistakes: Mistake[] = [
  ...['', 'Hydrogen-r1', 'Bearer abc', 'Basic YTpi'].map((Authorization) => ({
    name: `Authorization: ${Authorization}`,
    request: { headers: { Authorization } },
    codes: ['session_required' as const, 'session_forbidden' as const],
  })),
  ...['x', 'x'.repeat(43), 'x'.repeat(4096)].map((token) => ({
    name: `a token of ${token.length} that nobody was given`,
    request: { headers: { Authorization: `Hydrogen-r1 ${token}` } },
    codes: ['session_invalid' as const, 'session_forbidden' as const],
  })),
];

function bodyMistakes(schema: Schema): Mistake[] {
  const notJson = ['{', '{"a":1,}', "{'a':1}", 'nul', '{"a":NaN}', '\0', '{"a":"\n"}', '[1', '{"a":1}{'];
  const otherTypes = ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data'];
  const unreadableTypes = { 'Content-Type': ['json', `${json}; charset=gbk`], 'Content-Encoding': ['x'] };
  const invalid = { codes: ['request_invalid' as const], path: '/body' };
  const unsupported = (name: string, value: string) => ({
    name: `${name} ${value}`,
    request: { body: '{}', headers: { [name]: value } },
    codes: ['media_type_unsupported' as const],
  });
  return [
    ...notJson.map((body) => ({ ...invalid, name: `body ${JSON.stringify(body)}`, request: { body }, unreadable: true })),
    // Where nothing is required, no body counts as an empty object.
    ...(misfit(schema, {}) ? [{ ...invalid, name: 'no body', request: { headers: { 'Content-Type': json } } }] : []),
    ...otherTypes.map((type) => unsupported('Content-Type', type)),
    ...Object.entries(unreadableTypes).flatMap(([name, values]) =>
      values.map((value) => ({ ...unsupported(name, value), unreadable: true })),
    ),
  ];
}
