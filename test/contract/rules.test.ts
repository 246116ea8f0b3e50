import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../support/folder.ts';

const operation = { get: { operationId: 'getIt', responses: { 200: { description: 'Done.' } } } };

/** A contract with every fault that a rule of ours is about. */
const faulty = {
  openapi: '3.1.0',
  info: { title: 'Faults', version: '1' },
  paths: { '/hserve/v2.0/user': operation, '/v1/me/': operation },
  components: {
    schemas: {
      Error: {
        title: 'Problem',
        type: 'object',
        properties: {
          bare: { type: 'string' },
          union: { type: ['string', 'integer'], examples: ['1'] },
          id: { type: 'integer', maximum: Number.MAX_SAFE_INTEGER, examples: [1] },
        },
        patternProperties: { '^x': { type: 'string' } },
      },
      Bare: { type: 'string' },
    },
  },
};

let found: { code: string; path: string[] }[] | undefined;

function findings(): { code: string; path: string[] }[] {
  if (found) return found;
  const file = join(createFolder(), 'openapi.json');
  writeFileSync(file, JSON.stringify(faulty));
  const args = ['--no-install', 'spectral', 'lint', '--ruleset=openapi/spectral.yaml', '--format=json', '--quiet', file];
  found = JSON.parse(spawnSync('npx', args, { encoding: 'utf8' }).stdout);
  return found ?? [];
}

describe("the contract's own rules", () => {
  it.each([
    { rule: 'deployed-paths-alone-end-with-a-slash', places: ['paths./hserve/v2.0/user', 'paths./v1/me/'] },
    { rule: 'properties-have-examples', places: ['components.schemas.Error.properties.bare'] },
    { rule: 'schemas-of-values-have-examples', places: ['components.schemas.Bare'] },
    { rule: 'schemas-have-no-title', places: ['components.schemas.Error.title'] },
    { rule: 'unions-are-anyOf', places: ['components.schemas.Error.properties.union.type'] },
    { rule: 'large-integers-are-int64', places: ['components.schemas.Error.properties.id'] },
    { rule: 'no-pattern-properties', places: ['components.schemas.Error.patternProperties'] },
    { rule: 'schemas-do-not-shadow-globals', places: ['components.schemas.Error'] },
  ])('find the fault, and nothing else: $rule', ({ rule, places }) => {
    expect(
      findings()
        .filter(({ code }) => code === rule)
        .map(({ path }) => path.join('.')),
    ).toEqual(places);
  });
});
