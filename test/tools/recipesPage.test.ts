import { describe, expect, it } from 'vitest';
import { operationRecipes, type RecipesContract } from '../../tools/operationRecipes.ts';
import { recipesPage } from '../../tools/recipesPage.ts';

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

  it.each([
    ['[中文](recipes.zh-CN.md)', '<a href="recipes.zh-CN">中文</a>'],
    ['[above](#top)', '<a href="#top">above</a>'],
    ['[all](http://127.0.0.1:3000/docs/recipes#every-operation)', '<a href="recipes#every-operation">all</a>'],
    ['[watch](http://127.0.0.1:3000/playground/#story=stay)', '<a href="../playground/#story=stay">watch</a>'],
    ['[clients](../client/README.md#errors)', '<p>clients</p>'],
    ['[Maven](https://maven.apache.org/x.md)', '<a href="https://maven.apache.org/x.md">Maven</a>'],
  ])('has of %s a link that works on a server, or its text', (markdown, html) => {
    expect(recipesPage(`# Recipes\n\n${markdown}`, 'en')).toContain(html);
  });
});
