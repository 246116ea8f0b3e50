/**
 * Starts the server from its sources with what was compiled at an earlier start, where the folder for that can be written. It is a file of
 * its own because what a file imports is compiled before the file runs, and JavaScript because what strips types stays in memory once it
 * was needed.
 */
import { enableCompileCache, findPackageJSON } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(findPackageJSON(import.meta.url) ?? '', '../node_modules/.cache/compiled'));
await import('./main.ts');
