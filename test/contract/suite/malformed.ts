import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { misfit, requestMediaOf, type Schema, takesForm, takesServerKey } from '../../support/contract.ts';
import { fullestExample } from './context.ts';
import type { ErrorCode } from './errors.ts';
import type { Request } from './target.ts';

/** A malformed request that schemas cannot describe, and the errors allowed for it. */
export interface Malformed {
  name: string;
  request: Request;
  codes: ErrorCode[];
  /** The path that the error must name. */
  path?: string;
  /** Whether its body is not JSON, or declares an impossible encoding. */
  unreadable?: boolean;
}

const json = 'application/json';

export function malformedOf(id: OperationId): Malformed[] {
  const media = requestMediaOf(id);
  const form: Request = 'upload' in operationTable[id] ? { body: new FormData() } : {};
  const whole: Request = media ? { body: fullestExample(id) } : form;
  const headers = [
    ...(takesServerKey(id) ? malformedKeys : malformedClients),
    ...(operationTable[id].session === 'required' ? malformedSessions : []),
  ];
  return [
    ...headers.map(({ request, ...malformed }) => ({ ...malformed, request: { ...whole, ...request } })),
    ...(media ? (takesForm(id) ? malformedForms : malformedBodies(media.schema)) : []),
  ];
}

const malformedClients: Malformed[] = [
  { name: 'no client id', request: { headers: { 'X-Hydrogen-Client-ID': undefined } }, codes: ['client_unknown'] },
  { name: 'an empty client id', request: { headers: { 'X-Hydrogen-Client-ID': '' } }, codes: ['client_unknown'] },
  { name: 'a client id too long', request: { headers: { 'X-Hydrogen-Client-ID': 'x'.repeat(4096) } }, codes: ['client_unknown'] },
  {
    name: 'an unknown environment',
    request: { headers: { 'X-Hydrogen-Env-ID': 'elsewhere' } },
    codes: ['request_invalid'],
    path: '/headers/x-hydrogen-env-id',
  },
];

const malformedSessions: Malformed[] = [
  ...['', 'Hydrogen-r1', 'Bearer abc', 'Basic YTpi'].map((Authorization) => ({
    name: `Authorization: ${Authorization}`,
    request: { headers: { Authorization } },
    codes: ['session_required' as const, 'session_forbidden' as const],
  })),
  ...['x', 'x'.repeat(43), 'x'.repeat(4096)].map((token) => ({
    name: `an unknown token of ${token.length} characters`,
    request: { headers: { Authorization: `Hydrogen-r1 ${token}` } },
    codes: ['session_invalid' as const, 'session_forbidden' as const],
  })),
];

const malformedKeys: Malformed[] = ['', 'Bearer', 'Bearer x', 'Basic YTpi', 'Basic x', 'Hydrogen-r1 abc'].map((Authorization) => ({
  name: `Authorization: ${Authorization}`,
  request: { headers: { Authorization } },
  codes: ['server_key_invalid'],
}));

const malformedForms: Malformed[] = [
  { name: 'an empty form', request: { body: '' }, codes: ['request_invalid'], path: '/body' },
  ...[json, 'text/plain', 'multipart/form-data'].map((type) => ({
    name: `Content-Type ${type}`,
    request: { body: '{}', headers: { 'Content-Type': type } },
    codes: ['media_type_unsupported' as const],
  })),
];

function malformedBodies(schema: Schema): Malformed[] {
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
    // If nothing is required, a missing body counts as an empty object.
    ...(misfit(schema, {}) ? [{ ...invalid, name: 'no body', request: { headers: { 'Content-Type': json } } }] : []),
    ...otherTypes.map((type) => unsupported('Content-Type', type)),
    ...Object.entries(unreadableTypes).flatMap(([name, values]) =>
      values.map((value) => ({ ...unsupported(name, value), unreadable: true })),
    ),
  ];
}
