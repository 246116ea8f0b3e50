import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Audience, writeView } from '../../tools/views.ts';
import { createFolder } from '../support/folder.ts';

const scheme = (name: string) => ({ type: 'apiKey', in: 'header', name });
const operation = (audience: Audience, id: string, scheme: string, schema: string, links = {}) => ({
  [audience === 'client' ? 'post' : 'get']: {
    operationId: id,
    'x-audience': audience,
    tags: [id],
    security: [{ [scheme]: [] }],
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }, links },
    },
  },
});
/** An operation for each reader, two of them at one path; the client's links to itself and to the operator's. */
const bundle = {
  openapi: '3.1.0',
  info: { title: 'Readers', version: '1' },
  tags: [{ name: 'logIn' }, { name: 'introspect' }, { name: 'banUser' }],
  paths: {
    '/v1/sessions': {
      parameters: [{ name: 'environment', in: 'query', schema: { type: 'string' } }],
      ...operation('client', 'logIn', 'Person', 'Session', {
        again: { $ref: '#/components/links/LogIn' },
        ban: { $ref: '#/components/links/Ban' },
      }),
      ...operation('server', 'introspect', 'Secret', 'Introspection'),
    },
    '/v1/bans': { parameters: [], ...operation('operator', 'banUser', 'Operator', 'Ban') },
  },
  components: {
    schemas: { Session: { type: 'object' }, Introspection: { type: 'object' }, Ban: { type: 'object' } },
    securitySchemes: { Person: scheme('Person'), Secret: scheme('Secret'), Operator: scheme('Operator') },
    links: { LogIn: { operationId: 'logIn' }, Ban: { operationId: 'banUser' } },
  },
};

interface View {
  tags: unknown;
  paths: Record<string, Record<string, { responses?: { 200: { links?: unknown } } }>>;
  components: Record<'schemas' | 'securitySchemes', object> & { links?: object };
}

function viewOf(audience: Audience): View {
  const folder = createFolder();
  const [input, view] = [join(folder, 'openapi.json'), join(folder, 'view.json')];
  writeFileSync(input, JSON.stringify(bundle));
  writeView(audience, input, view);
  return JSON.parse(readFileSync(view, 'utf8'));
}

describe('a view of the contract', () => {
  it.each([
    { audience: 'client', path: '/v1/sessions', method: 'post', schema: 'Session', scheme: 'Person', id: 'logIn', links: ['LogIn'] },
    { audience: 'server', path: '/v1/sessions', method: 'get', schema: 'Introspection', scheme: 'Secret', id: 'introspect', links: [] },
    { audience: 'operator', path: '/v1/bans', method: 'get', schema: 'Ban', scheme: 'Operator', id: 'banUser', links: [] },
  ] as const)('gives a $audience $id with its components, and none of the others', ({ audience, ...own }) => {
    const { paths, tags, components } = viewOf(audience);
    const { parameters: _, ...methods } = Object.values(paths)[0] ?? {};
    expect(Object.keys(paths)).toEqual([own.path]);
    expect(Object.keys(methods)).toEqual([own.method]);
    expect(tags).toEqual([{ name: own.id }]);
    expect(Object.keys(components.schemas)).toEqual([own.schema]);
    expect(Object.keys(components.securitySchemes)).toEqual([own.scheme]);
    expect(Object.keys(components.links ?? {})).toEqual(own.links);
  });

  it('links to operations of the same reader alone', () => {
    expect(viewOf('client').paths['/v1/sessions']?.post?.responses?.[200].links).toEqual({ again: { $ref: '#/components/links/LogIn' } });
  });
});
