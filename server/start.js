/**
 * Starts the server with what was compiled at an earlier start, where the folder for that can be written. It is a file of its own because
 * what a file imports is compiled before the file runs, and JavaScript because what strips types stays in memory once it was needed.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
await import('./main.ts');
