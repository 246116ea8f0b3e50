/**
 * Builds the client into `dist/`: `miniprogram/<platform>.js`, one self-contained file for each mini-program platform, with `messages.js`;
 * `web.js` for a page's `<script>`; and `npm/`, the package, which also contains the typed client of the contract (`api`).
 */
import { execFile } from 'node:child_process';
import { hash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import ts from 'typescript';
import { hostObjects } from '../client/core/hostObjects.ts';
import { ambientDeclarations, ambientExports } from './ambientTypes.ts';
import { es2015 } from './es2015.ts';
import { packagePage, packagePages } from './packageReadme.ts';

/** Platforms with a client file, the web included. */
export const platforms = readdirSync('client')
  .flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? [])
  .filter((name) => !['api', 'index', 'messages', 'server'].includes(name));

const shared: BuildOptions = {
  bundle: true,
  write: false,
  platform: 'neutral',
  mainFields: ['module'],
  target: 'es2015',
  plugins: [es2015],
};

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...shared, ...options });
  const [file] = outputFiles ?? [];
  if (!file) throw new Error('esbuild wrote nothing');
  return file.text;
}

/** Creates a platform's client, and sets it on the host's global object. */
const creationOf = (platform: string): string => {
  const host = hostObjects[platform as keyof typeof hostObjects];
  return `import { createBaaS } from './client/${platform}.ts'; const BaaS = createBaaS(${host}); ${host}.BaaS = BaaS;`;
};

/** Bundles one platform's client: sets `BaaS` on the platform's global object and exports it. */
export async function buildFile(platform: string): Promise<string> {
  const bundled = await bundle({
    // The empty export makes it an ES module; as CommonJS each imported module would be wrapped.
    stdin: { contents: `${creationOf(platform)} if (typeof module === 'object') module.exports = BaaS; export {};`, resolveDir: '.' },
    format: 'iife',
    minify: true,
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  });
  return minified(bundled);
}

const minifying = ['--ecma', '2015', '--compress', 'passes=3', '--mangle', '--toplevel'];

/**
 * Half a kilobyte smaller, gzipped, than the output of esbuild alone. In another process, because it blocks this one for a second, and kept in
 * `.cache/`, because the tests build the same files many times.
 */
async function minified(bundled: string): Promise<string> {
  const { version } = JSON.parse(readFileSync('node_modules/terser/package.json', 'utf8'));
  const kept = `.cache/client/${hash('sha256', [version, ...minifying, bundled].join('\n'), 'hex')}.js`;
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const running = promisify(execFile)(process.execPath, ['node_modules/terser/bin/terser', ...minifying]);
  running.child.stdin?.end(bundled);
  const { stdout } = await running;
  // Another build may write the same file now.
  const written = `${kept}.${randomUUID()}`;
  write(written, stdout);
  renameSync(written, kept);
  return stdout;
}

/** Declarations that the platforms' own declarations refer to. */
const declarations = [
  'types',
  'errors',
  'host',
  'webLoginTypes',
  'callbackHost',
  'hostFailure',
  'webPage',
  'firstGeneration',
  'publishedSdk',
];

/** Bundles an entry of the package. */
export const buildEntry = (entry: string, format: 'cjs' | 'esm'): Promise<string> =>
  platforms.includes(entry)
    ? bundle({
        stdin: { contents: `${creationOf(entry)} export * from './client/${entry}.ts'; export { BaaS };`, resolveDir: '.' },
        format,
      })
    : bundle({ entryPoints: [`client/${entry}.ts`], format });

/** The declarations of an entry of the package. */
const entryDeclaration = (entry: string): string =>
  `${declarationOf(`client/${entry}.ts`)}${platforms.includes(entry) ? 'export declare const BaaS: BaaS;\n' : ''}${entry === 'wechat' ? seenByWx : ''}`;

/** `miniprogram-api-typings` gives this name to the type of `wx`, so that TypeScript projects see `wx.BaaS`. */
const seenByWx = `declare global {
    namespace WechatMiniprogram {
        interface Wx {
            BaaS: BaaS;
        }
    }
}
`;

/** Packages bundled into ours, which therefore has no dependencies, with their licenses. */
const inlined = ['openapi-fetch', 'openapi-typescript-helpers'];

/**
 * In a scope, so that a registry has it from no one else. Apps install it as `miniprogram-login-client`, the name of their imports: npm, pnpm and yarn
 * take the name in front of `@file:`.
 */
const packageName = '@miniprogram-login/client';

/** Builds the npm package. @param packageRoot the output folder */
export async function buildPackage(packageRoot: string): Promise<void> {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = ['index', 'messages', ...platforms];
  const contract = schemaTypes('generated/client/types.ts');

  // WeChat's developer tools copy the folder named by `miniprogram` and ignore `exports`, so it holds CommonJS.
  for (const [folder, format] of [
    ['miniprogram', 'cjs'],
    ['esm', 'esm'],
  ] as const) {
    for (const entry of entries) {
      write(`${packageRoot}/${folder}/${entry}.js`, await buildEntry(entry, format));
      write(`${packageRoot}/${folder}/${entry}.d.ts`, entryDeclaration(entry));
    }
    for (const name of declarations) write(`${packageRoot}/${folder}/core/${name}.d.ts`, declarationOf(`client/core/${name}.ts`));
    write(`${packageRoot}/${folder}/core/contract.d.ts`, contract);
  }
  for (const [file, text] of Object.entries(ambientDeclarations())) write(`${packageRoot}/${file}`, text);
  write(`${packageRoot}/esm/package.json`, json({ type: 'module' }));
  await buildApi(`${packageRoot}/api`);
  await buildServer(`${packageRoot}/server`);
  // For tools that ignore `exports`.
  for (const entry of ['messages', ...platforms]) {
    const file = `${entry}.js`;
    write(`${packageRoot}/${entry}/package.json`, json({ main: `../miniprogram/${file}`, module: `../esm/${file}` }));
  }

  const conditionsOf = (entry: string) => ({
    import: { types: `./esm/${entry}.d.ts`, default: `./esm/${entry}.js` },
    require: { types: `./miniprogram/${entry}.d.ts`, default: `./miniprogram/${entry}.js` },
  });
  const exports = Object.fromEntries(entries.map((entry) => [entry === 'index' ? '.' : `./${entry}`, conditionsOf(entry)]));
  const typedEntry = (name: string) => ({
    import: { types: `./${name}/esm/${name}.d.ts`, default: `./${name}/esm/${name}.js` },
    require: { types: `./${name}/cjs/${name}.d.ts`, default: `./${name}/cjs/${name}.js` },
  });
  write(
    `${packageRoot}/package.json`,
    json({
      name: packageName,
      version,
      description: 'Sign-in for WeChat, QQ, Baidu, Kuaishou, JD, Alipay, ByteDance and Xiaohongshu mini-programs and the web',
      license,
      type: 'commonjs',
      main: './miniprogram/index.js',
      module: './esm/index.js',
      types: './miniprogram/index.d.ts',
      miniprogram: 'miniprogram',
      exports: {
        ...exports,
        ...ambientExports(),
        './api': typedEntry('api'),
        './server': typedEntry('server'),
        './package.json': './package.json',
      },
      // These set BaaS on the host's global object.
      sideEffects: platforms.flatMap((platform) => [`./miniprogram/${platform}.js`, `./esm/${platform}.js`]),
      files: [
        'miniprogram',
        'esm',
        'api',
        'server',
        'THIRD-PARTY-LICENSES',
        ...Object.keys(packagePages),
        'globals',
        'minapp-sdk',
        'messages',
        ...platforms,
      ],
    }),
  );
  cpSync('LICENSE', `${packageRoot}/LICENSE`);
  for (const page of Object.keys(packagePages)) write(`${packageRoot}/${page}`, packagePage(page));
  const notices = [...inlined, 'jose'].map((name) => `${name}\n\n${readLicense(name)}`);
  write(`${packageRoot}/THIRD-PARTY-LICENSES`, notices.join('\n'));
}

const readLicense = (name: string): string => {
  const [file = 'LICENSE'] = readdirSync(`node_modules/${name}`).filter((entry) => entry.startsWith('LICENSE'));
  return readFileSync(`node_modules/${name}/${file}`, 'utf8');
};

/** The contract's types without paths and operations, which are three quarters of them. */
const schemaTypes = (file: string): string =>
  readFileSync(file, 'utf8').replaceAll(/^export interface (paths|operations) \{.*?^\}\n/gms, '');

/** Builds the part for a team's own servers, which identifies callers. */
async function buildServer(folder: string): Promise<void> {
  const types = schemaTypes('generated/types.ts');
  for (const format of ['esm', 'cjs'] as const) {
    const options: BuildOptions = { entryPoints: ['client/server.ts'], format, target: 'es2022', plugins: [] };
    write(`${folder}/${format}/server.js`, await bundle(options));
    write(`${folder}/${format}/server.d.ts`, declarationOf('client/server.ts'));
    write(`${folder}/${format}/contract.d.ts`, types);
  }
  write(`${folder}/esm/package.json`, json({ type: 'module' }));
  // For tools that ignore `exports`.
  write(`${folder}/package.json`, json({ main: './cjs/server.js', module: './esm/server.js', types: './cjs/server.d.ts' }));
}

/** Builds the typed client, for runtimes with `fetch`: globals are not replaced, all types are included. */
async function buildApi(folder: string): Promise<void> {
  for (const format of ['esm', 'cjs'] as const) {
    const options: BuildOptions = { entryPoints: ['client/api.ts'], format, target: 'es2022', plugins: [] };
    write(`${folder}/${format}/api.js`, await bundle(options));
    write(`${folder}/${format}/api.d.ts`, withLocalImports(declarationOf('client/api.ts')));
    cpSync('generated/client/types.ts', `${folder}/${format}/contract.d.ts`);
    for (const name of inlined) {
      write(`${folder}/${format}/${name}.d.ts`, withLocalImports(readFileSync(`node_modules/${name}/dist/index.d.mts`, 'utf8')));
    }
  }
  write(`${folder}/esm/package.json`, json({ type: 'module' }));
  // For tools that ignore `exports`.
  write(`${folder}/package.json`, json({ main: './cjs/api.js', module: './esm/api.js', types: './cjs/api.d.ts' }));
}

/** Redirects imports of the inlined packages to their copied declarations. */
const withLocalImports = (declarations: string) =>
  inlined.reduce(
    (text, name) => text.replaceAll(`from '${name}'`, `from './${name}.js'`),
    declarations.replaceAll(/from "([^"]+)"/g, "from '$1'"),
  );

/** Emits a module's declarations, with imports adjusted to the package's layout. */
function declarationOf(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext, isolatedDeclarations: true, declaration: true },
  });
  for (const { messageText } of diagnostics) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  return outputText
    .replaceAll(/'(\.\.\/)+generated\/(client\/)?types\.ts'/g, "'./contract.js'")
    .replaceAll(/(?<=')(\.{1,2}\/[^']+)\.ts(?=')/g, '$1.js');
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (import.meta.main) {
  for (const built of ['miniprogram', 'npm', 'web.js']) rmSync(`dist/${built}`, { recursive: true, force: true });
  for (const platform of platforms)
    write(platform === 'web' ? 'dist/web.js' : `dist/miniprogram/${platform}.js`, await buildFile(platform));
  await buildPackage('dist/npm');
  cpSync('dist/npm/miniprogram/messages.js', 'dist/miniprogram/messages.js');
}
