/** Runs the server that `build.ts` made one file of: it becomes `dist/server/start.js`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CompileFunctionOptions, compileFunction, constants } from 'node:vm';

/** The server, and what V8 had compiled of it at the end of a start. */
export const bundleFile = 'server.cjs';
export const compiledFile = 'server.compiled';

const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * @param folder where the bundle is
 * @param options `cachedData` is what was compiled of it: V8 does so again where another version of it, or other flags, made that
 * @returns the function that a CommonJS module is. A `Script` would do, but functions in one are a tenth slower
 */
export function loadBundle(folder: string, options: CompileFunctionOptions) {
  const filename = join(folder, bundleFile);
  return compileFunction(readFileSync(filename, 'utf8'), parameters, {
    ...options,
    filename,
    // OpenTelemetry imports Node's own modules when it first needs them.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/** @returns what `main.ts` exports */
export function runBundle(folder: string, options: CompileFunctionOptions): typeof import('../main.ts') {
  const filename = join(folder, bundleFile);
  const module = { exports: {} as typeof import('../main.ts') };
  loadBundle(folder, options)(module.exports, createRequire(filename), module, filename, folder);
  return module.exports;
}

if (import.meta.main) {
  const folder = import.meta.dirname;
  // Node maps lines to the sources only in what it loads itself.
  if (process.sourceMapsEnabled) createRequire(import.meta.url)(`./${bundleFile}`);
  // Its own cache of compiled code leaves out what is compiled when it is first called, which is nearly everything.
  else runBundle(folder, { cachedData: readFileSync(join(folder, compiledFile)) });
}
