import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeView } from '../../tools/views.ts';
import { contract } from '../support/contract.ts';
import { createFolder } from '../support/folder.ts';

describe('the views of the contract', () => {
  it.each([
    { audience: 'client', operations: 'all but getServerTime', schema: false },
    { audience: 'server', operations: 'getServerTime alone', schema: true },
  ])('give a $audience $operations, without schemas of other operations', ({ audience, schema }) => {
    const folder = createFolder();
    const [input, view] = [join(folder, 'openapi.json'), join(folder, 'view.json')];
    const path = '/hserve/v2.2/server/time/';
    const changed = structuredClone(contract);
    Object.assign(changed.paths[path]?.get ?? {}, { 'x-audience': 'server' });
    writeFileSync(input, JSON.stringify(changed));
    writeView(audience, input, view);

    const found: typeof contract = JSON.parse(readFileSync(view, 'utf8'));
    const others = Object.keys(contract.paths).filter((other) => other !== path);
    expect(Object.keys(found.paths)).toEqual(audience === 'server' ? [path] : others);
    expect('ServerTime' in found.components.schemas).toBe(schema);
    expect('ApiError' in found.components.schemas).toBe(true);
  });
});
