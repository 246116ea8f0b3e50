/**
 * Writes the server to `dist/server/`, as production runs it: one file in place of a thousand, and what V8 compiled of it. Finding and
 * compiling them would take longer than all else of a start. `NODE_OPTIONS=--enable-source-maps` makes the log name lines of the sources
 * again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleFile } from './bundle.ts';

/** Milliseconds that the server may take to start once. */
const compileTimeout = 60_000;

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
};

/** @param folder what it is written to, in place of what was there */
export async function buildServer(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ['server/main.ts'],
    outfile: join(folder, bundleFile),
    // Of an ES module nothing can be kept that V8 compiled after it was loaded. It is as strict as one.
    format: 'cjs',
    banner: { js: "'use strict'; const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl' },
    // V8 holds the text in memory, in twice the bytes if a comment had as much as a dash that is not ASCII. An error shows its line.
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'external',
    // It looks for its binary beside itself.
    external: ['@node-rs/argon2'],
    // Express and two of its own packages each bring the same version, which sorts a table of all types whenever it is loaded.
    alias: { 'mime-types': './node_modules/express/node_modules/mime-types' },
  });
  await build({
    ...common,
    entryPoints: { listThread: 'server/userLists/listThread.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    minifyWhitespace: true,
  });
  await build({
    ...common,
    entryPoints: { start: 'server/build/bundle.ts', checkpointThread: 'server/store/sqlite/checkpointThread.js' },
    outdir: folder,
    format: 'esm',
  });
  compile(folder);
}

/** In a process of its own, as production starts it: what is compiled depends on what has run. */
function compile(folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'build-'));
  try {
    const apps = [{ client_id: 'build', name: 'Build', platforms: { wechat: { app_id: 'wx-build', app_secret: 'none' } } }];
    writeFileSync(join(scratch, 'apps.json'), JSON.stringify({ apps }));
    execFileSync(process.execPath, ['server/build/compileBundle.ts', resolve(folder)], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: '0',
        APPS_FILE: join(scratch, 'apps.json'),
        DATABASE_URL: `sqlite:${join(scratch, 'login.db')}`,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: compileTimeout,
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.main) await buildServer('dist/server');
