/**
 * Starts the server with what was compiled at an earlier start, where the folder for that can be written. It is a file of its own because
 * what a file imports is compiled before the file runs, and JavaScript because what strips types stays in memory once it was needed.
 */
import { enableCompileCache, findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

enableCompileCache(join(findPackageJSON(import.meta.url) ?? '', '../node_modules/.cache/compiled'));
// What is loaded stays. V8 would grow the space for what does not, and a server that is idle would keep 12 MiB for it.
setFlagsFromString('--semi-space-growth-factor=1');
await import('./main.ts');
setFlagsFromString('--semi-space-growth-factor=2');
