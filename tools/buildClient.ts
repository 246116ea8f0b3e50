/**
 * Writes what apps take in to `dist/`: `miniprogram/<platform>.js`, one self-contained file for each mini-program platform, `web.js`
 * for a page's `<script>`, and `npm/`, the package, which also has the typed client of the whole contract (`api`).
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import ts from 'typescript';

/** One file for each. */
export const platforms = readdirSync('client')
  .flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? [])
  .filter((name) => !['api', 'build', 'index'].includes(name));

/**
 * Spread as `Object.assign`, which ES2015 has. What esbuild makes of it needs `Object.getOwnPropertyDescriptors`, which hosts of that
 * time do not have.
 */
const plainSpread: Plugin = {
  name: 'plain-spread',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: ts.transpile(readFileSync(path, 'utf8'), {
        target: ts.ScriptTarget.ES2017,
        module: ts.ModuleKind.ESNext,
        useDefineForClassFields: false,
      }),
      loader: 'js',
    }));
  },
};

const shared: BuildOptions = {
  bundle: true,
  write: false,
  platform: 'neutral',
  mainFields: ['module'],
  target: 'es2015',
  plugins: [plainSpread],
};

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...shared, ...options });
  const [file] = outputFiles ?? [];
  if (!file) throw new Error('esbuild wrote nothing');
  return file.text;
}

/** One self-contained file that puts `BaaS` on the platform's own object and exports it. */
export const buildFile = (platform: string): Promise<string> =>
  bundle({
    stdin: {
      // Without the empty export it would count as CommonJS, and the modules that it imports would each be wrapped.
      contents: `import { BaaS } from './client/${platform}.ts'; if (typeof module === 'object') module.exports = BaaS; export {};`,
      resolveDir: '.',
    },
    format: 'iife',
    minify: true,
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  });

/** The type declarations that a platform's own refer to. */
const declarations = ['types', 'errors', 'host'];

/** The packages that ours carries in itself, so that it needs none beside it. */
const inlined = ['openapi-fetch', 'openapi-typescript-helpers'];

/** The npm package. @param packageRoot the folder to write it to */
export async function buildPackage(packageRoot: string): Promise<void> {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = ['index', ...platforms];
  // The package's types name schemas, which need neither paths nor operations: three quarters of the file.
  const contract = readFileSync('generated/types.ts', 'utf8').replaceAll(/^export interface (paths|operations) \{.*?^\}\n/gms, '');

  // WeChat's tools copy the folder that `miniprogram` names and know no `exports`, so it holds CommonJS.
  for (const [folder, format] of [
    ['miniprogram', 'cjs'],
    ['esm', 'esm'],
  ] as const) {
    for (const entry of entries) {
      write(`${packageRoot}/${folder}/${entry}.js`, await bundle({ entryPoints: [`client/${entry}.ts`], format }));
      write(`${packageRoot}/${folder}/${entry}.d.ts`, declarationOf(`client/${entry}.ts`));
    }
    for (const name of declarations) write(`${packageRoot}/${folder}/core/${name}.d.ts`, declarationOf(`client/core/${name}.ts`));
    write(`${packageRoot}/${folder}/core/contract.d.ts`, contract);
  }
  write(`${packageRoot}/esm/package.json`, json({ type: 'module' }));
  await buildApi(`${packageRoot}/api`);
  // For tools that know no `exports`.
  for (const platform of platforms) {
    const file = `${platform}.js`;
    write(`${packageRoot}/${platform}/package.json`, json({ main: `../miniprogram/${file}`, module: `../esm/${file}` }));
  }

  const conditionsOf = (entry: string) => ({
    import: { types: `./esm/${entry}.d.ts`, default: `./esm/${entry}.js` },
    require: { types: `./miniprogram/${entry}.d.ts`, default: `./miniprogram/${entry}.js` },
  });
  const exports = Object.fromEntries(entries.map((entry) => [entry === 'index' ? '.' : `./${entry}`, conditionsOf(entry)]));
  const api = {
    import: { types: './api/esm/api.d.ts', default: './api/esm/api.js' },
    require: { types: './api/cjs/api.d.ts', default: './api/cjs/api.js' },
  };
  write(
    `${packageRoot}/package.json`,
    json({
      name: 'miniprogram-login-client',
      version,
      description: 'Sign-in for WeChat, QQ, Baidu, Kuaishou and JD mini-programs and the web',
      license,
      type: 'commonjs',
      main: './miniprogram/index.js',
      module: './esm/index.js',
      types: './miniprogram/index.d.ts',
      miniprogram: 'miniprogram',
      exports: { ...exports, './api': api, './package.json': './package.json' },
      sideEffects: true,
      files: ['miniprogram', 'esm', 'api', 'THIRD-PARTY-LICENSES', ...platforms],
    }),
  );
  cpSync('LICENSE', `${packageRoot}/LICENSE`);
  const notices = inlined.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}`);
  write(`${packageRoot}/THIRD-PARTY-LICENSES`, notices.join('\n'));
}

/** The typed client, for runtimes that have `fetch`: nothing stands in for their globals, and all types come with it. */
async function buildApi(folder: string): Promise<void> {
  for (const format of ['esm', 'cjs'] as const) {
    const options: BuildOptions = { entryPoints: ['client/api.ts'], format, target: 'es2022', plugins: [] };
    write(`${folder}/${format}/api.js`, await bundle(options));
    write(`${folder}/${format}/api.d.ts`, besideInlined(declarationOf('client/api.ts')));
    cpSync('generated/types.ts', `${folder}/${format}/contract.d.ts`);
    for (const name of inlined) {
      write(`${folder}/${format}/${name}.d.ts`, besideInlined(readFileSync(`node_modules/${name}/dist/index.d.mts`, 'utf8')));
    }
  }
  write(`${folder}/esm/package.json`, json({ type: 'module' }));
  // For tools that know no `exports`.
  write(`${folder}/package.json`, json({ main: './cjs/api.js', module: './esm/api.js', types: './cjs/api.d.ts' }));
}

/** Refers to the declarations of the inlined packages as files of this one. */
const besideInlined = (declarations: string) =>
  inlined.reduce(
    (text, name) => text.replaceAll(`from '${name}'`, `from './${name}.js'`),
    declarations.replaceAll(/from "([^"]+)"/g, "from '$1'"),
  );

/** The types that a module exports, referring to the package's own layout. */
function declarationOf(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext, isolatedDeclarations: true, declaration: true },
  });
  for (const { messageText } of diagnostics) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  return outputText
    .replaceAll(/'(\.\.\/)+generated\/types\.ts'/g, "'./contract.js'")
    .replaceAll(/(?<=')(\.{1,2}\/[^']+)\.ts(?=')/g, '$1.js');
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (import.meta.main) {
  rmSync('dist', { recursive: true, force: true });
  for (const platform of platforms)
    write(platform === 'web' ? 'dist/web.js' : `dist/miniprogram/${platform}.js`, await buildFile(platform));
  await buildPackage('dist/npm');
}
