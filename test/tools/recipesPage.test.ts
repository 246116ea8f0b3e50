import { describe, expect, it } from 'vitest';
import { operationRecipes, type RecipesContract } from '../../tools/recipesPage.ts';

/** A contract with one operation, read as the bundle is. */
const contractWith = (parameter: object): RecipesContract =>
  JSON.parse(
    JSON.stringify({
      paths: { '/app/{version}/': { parameters: [parameter], get: { operationId: 'getApp', summary: 'Get the app', responses: {} } } },
      components: {
        schemas: { ErrorCode: { 'x-error-codes': {} } },
        parameters: { Version: { in: 'path', name: 'version', example: 7 } },
      },
    }),
  );

describe('the recipes page', () => {
  it.each([
    ['in place', { in: 'path', name: 'version', example: 7 }],
    ['by reference', { $ref: '#/components/parameters/Version' }],
  ])('shows the example of a path parameter that is declared %s', (_how, parameter) => {
    expect(operationRecipes(contractWith(parameter), 'en')).toContain('http://127.0.0.1:4010/app/7/ ');
  });

  it('fails for a path parameter without an example, naming both', () => {
    const contract = contractWith({ in: 'path', name: 'version' });
    expect(() => operationRecipes(contract, 'en')).toThrow('/app/{version}/: the path parameter version has no example');
  });
});
