import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import { handlers } from '../../server/handlers/index.ts';
import { platformOf } from '../contract/suite/context.ts';
import { operation, operationIds } from '../support/contract.ts';

/** *Back ends* is `backends.ts`, *My account* `myAccount.ts`. */
const isNamedAfter = (file: string, tag: string) => basename(file, '.ts').toLowerCase() === tag.replaceAll(' ', '').toLowerCase();

describe('operations', () => {
  it('are the same in the contract and in the server', () => {
    expect(Object.keys(handlers).sort()).toEqual([...operationIds].sort());
    expect(Object.keys(operationTable).sort()).toEqual([...operationIds].sort());
  });

  it('have a file in openapi/paths/ with the id of its first one', () => {
    const files = globSync('openapi/paths/*.yaml');
    expect(files.length).toBeGreaterThan(50);
    const firstOf = (file: string) => /operationId: (\w+)/.exec(readFileSync(file, 'utf8'))?.[1];
    expect(files.filter((file) => firstOf(file) !== basename(file, '.yaml'))).toEqual([]);
  });

  it('have their handlers in the file of their tag, those of all platforms in platforms.ts', async () => {
    const files = globSync('server/handlers/*.ts').filter((file) => basename(file) !== 'index.ts');
    const modules = await Promise.all(files.map(async (file): Promise<object> => import(resolve(file))));
    const misplaced = operationIds.flatMap((id) => {
      const [tag = ''] = platformOf(id) ? ['platforms'] : operation(id).tags;
      const file = files.find((_file, n) => Object.values(modules[n] ?? {}).some((exported) => Object.hasOwn(Object(exported), id)));
      return file !== undefined && isNamedAfter(file, tag) ? [] : [`${id} is in ${file}, and its tag is ${tag}`];
    });
    expect(misplaced).toEqual([]);
  });
});
