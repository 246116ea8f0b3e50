/**
 * Writes the server to `dist/server/`, as production runs it: a few files in place of a thousand, which take longer to be found than to
 * run. `NODE_OPTIONS=--enable-source-maps` makes the log name lines of the sources again.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/** @param folder what it is written to, in place of what was there */
export async function buildServer(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: { start: 'server/start.js', checkpointThread: 'server/store/checkpointThread.js' },
    outdir: folder,
    bundle: true,
    // What is imported only when it is needed stays in files of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // It looks for its binary beside itself.
    external: ['@node-rs/argon2'],
    // Express and two of its own packages each bring the same version, which sorts a table of all types whenever it is loaded.
    alias: { 'mime-types': './node_modules/express/node_modules/mime-types' },
    // CommonJS packages ask for Node's own modules by `require`, which an ES module has not.
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}

if (import.meta.main) await buildServer('dist/server');
