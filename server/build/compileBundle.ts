/** Run by `build.ts` with the bundle's folder: starts the server once, and keeps what V8 compiled of it until it was ready. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledFile, loadBundle, runBundle } from './bundle.ts';

const [folder = ''] = process.argv.slice(2);
const origin = await runBundle(folder, {}).started;
// A server that could not start has said why.
if (origin === undefined) process.exit(1);
await fetch(`${origin}/readyz`);
// V8 takes the same text for the same code, which by now holds all functions that were called.
const { cachedData } = loadBundle(folder, { produceCachedData: true });
if (!cachedData) throw new Error('V8 gives nothing of what it compiled');
writeFileSync(join(folder, compiledFile), cachedData);
process.exit();
