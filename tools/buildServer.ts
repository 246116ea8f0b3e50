/**
 * Bundles the server into `dist/server/`: three scripts and their shared chunks instead of a thousand modules, which start in a third of
 * the time. `NODE_OPTIONS=--enable-source-maps` makes stack traces name the sources.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/** @param folder replaced with the build */
export async function buildServer(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: {
      start: 'server/start.js',
      listThread: 'server/userLists/listThread.ts',
      checkpointThread: 'server/store/sqlite/checkpointThread.js',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'external',
    logLevel: 'warning',
    // Bundled CommonJS packages call `require` for Node's modules.
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    // Load their native binaries from their own folders.
    external: ['@node-rs/argon2', '@node-rs/bcrypt', 'sharp', 'pino-pretty'],
  });
}

if (import.meta.main) await buildServer('dist/server');
