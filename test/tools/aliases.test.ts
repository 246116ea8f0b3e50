import { describe, expect, it } from 'vitest';
import { aliasTable, operationTable } from '../../generated/operations.ts';
import { expandAliases } from '../../tools/aliases.ts';
import { contract } from '../support/contract.ts';

const user = { operationId: 'getUser', summary: 'Get a user' };
const list = { operationId: 'listUsers', summary: 'List users' };
const paths = { '/v2.5/user/': { get: user }, '/v2.2/user/': { get: list } };

describe('aliases', () => {
  it('add an older path as a deprecated operation with a separate name', () => {
    const expanded = expandAliases(paths, { getUser: ['/v2.0/user/', '/v1/user/'] }, 'en');
    expect(expanded.aliases).toEqual([
      { aliasId: 'getUserV20', method: 'GET', path: '/v2.0/user/', operationId: 'getUser' },
      { aliasId: 'getUserV1', method: 'GET', path: '/v1/user/', operationId: 'getUser' },
    ]);
    expect(expanded.paths).toMatchObject({ ...paths, '/v2.0/user/': { get: { operationId: 'getUserV20', deprecated: true } } });
  });

  it('leave existing operations of the path', () => {
    const change = { operationId: 'updateUser', summary: 'Update the user' };
    const expanded = expandAliases({ ...paths, '/v2.5/me/': { put: change } }, { updateUser: ['/v2.2/user/'] }, 'en');
    expect(expanded.paths['/v2.2/user/']).toMatchObject({ get: list, put: { operationId: 'updateUserV22' } });
  });

  it.each(Object.values(aliasTable))('give $path the requests and responses of $operationId', ({ method, path, operationId }) => {
    const of = (item = contract.paths[path]) => {
      const same = { operationId: '', summary: '', description: '', deprecated: true };
      return { parameters: item?.parameters, ...item?.[method.toLowerCase()], ...same };
    };
    expect(of()).toEqual(of(contract.paths[operationTable[operationId].path]));
  });

  it.each([
    [{ getUsers: ['/v2.0/user/'] }, '/v2.0/user/ of getUsers: the contract has no such operation'],
    [{ getUser: ['/user/'] }, 'no version to name the alias by'],
    [{ getUser: ['/v2.0/user/', '/v2.0/person/'] }, 'has an operation getUserV20 already'],
    [{ getUser: ['/v2.2/user/'] }, 'has an operation at get /v2.2/user/ already'],
  ])('refuse %j', (table: Record<string, string[]>, reason) => {
    expect(() => expandAliases(paths, table, 'en')).toThrow(reason);
  });
});
