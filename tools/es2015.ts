import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import ts from 'typescript';

/** The client reads only the paths of the contract's operations. */
const operations = /\/generated\/client\/operations\.ts$/;
const pathsAlone = (table: string): string => table.replaceAll(/\{ method: '\w+', (path: '[^']+').* \}/g, '{ $1 }');

const isAssign = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  ts.isIdentifier(node.expression.expression) &&
  node.expression.expression.text === 'Object' &&
  node.expression.name.text === 'assign';

/** Merges the nested calls of `Object.assign` that TypeScript makes of several spreads in one object. */
const flatSpread: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!isAssign(visited)) return visited;
    const [first, ...others] = visited.arguments;
    if (!first || !isAssign(first)) return visited;
    return ts.factory.updateCallExpression(visited, visited.expression, undefined, [...first.arguments, ...others]);
  };
  return ts.visitEachChild(file, visit, context);
};

const helper = 'rest-helper';

/**
 * Compiles object spread to `Object.assign`, which ES2015 has, and rest to one short helper for all files. esbuild's own output needs
 * `Object.getOwnPropertyDescriptors`, which hosts of that age lack.
 */
export const es2015: Plugin = {
  name: 'es2015',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const { outputText } = ts.transpileModule(operations.test(path) ? pathsAlone(source) : source, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2017,
          module: ts.ModuleKind.ESNext,
          useDefineForClassFields: false,
          noEmitHelpers: true,
        },
        transformers: { after: [flatSpread] },
      });
      const contents = outputText.includes('__rest(') ? `import { __rest } from '${helper}';\n${outputText}` : outputText;
      return { contents, loader: 'js' };
    });
    onResolve({ filter: new RegExp(`^${helper}$`) }, ({ path }) => ({ path, namespace: helper }));
    onLoad({ filter: /.*/, namespace: helper }, () => ({
      contents: `export const __rest = (whole, names) => {
        const others = Object.assign({}, whole);
        for (const name of names) delete others[name];
        return others;
      };`,
    }));
  },
};
