import { describe, expect, it } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import { handlers } from '../../server/handlers/index.ts';
import { operationIds } from '../support/contract.ts';

describe('operations', () => {
  it('are the same in the contract and in the server', () => {
    expect(Object.keys(handlers).sort()).toEqual([...operationIds].sort());
    expect(Object.keys(operationTable).sort()).toEqual([...operationIds].sort());
  });
});
