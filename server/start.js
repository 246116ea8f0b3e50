/**
 * Starts the server with what was compiled at an earlier start, where the folder for that can be written. It is a file of its own because
 * what a file imports is compiled before the file runs, and JavaScript because what strips types stays in memory once it was needed.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
// What is loaded stays. V8 would grow the space for what does not, and a server that is idle would keep 12 MiB for it.
setFlagsFromString('--semi-space-growth-factor=1');
await import('./main.ts');
setFlagsFromString('--semi-space-growth-factor=2');
