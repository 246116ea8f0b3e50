import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import express from 'express';
import { listen } from '../../support/server.ts';

/** Address of the server in the sources of all examples. */
const writtenOrigin = 'http://127.0.0.1:3000';

/** The environment of a person's terminal: toolchains build something else if `NODE_ENV` is Vitest's. */
const terminal = { ...process.env, NODE_ENV: undefined };

const npm = (folder: string, args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)('npm', args, { cwd: folder, maxBuffer: 2 ** 26, env: { ...terminal, ...env } }).catch((error) => {
    throw new Error(`npm ${args.join(' ')} in ${folder} failed:\n${error.stdout}\n${error.stderr}`);
  });

/** Installs the locked toolchain of an example, which has the client package of `npm run build`. */
export const install = (folder: string) => npm(folder, ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);

/** Runs a script of the example's package.json. @param env further environment variables */
export const runScript = (folder: string, script: string, env?: Record<string, string>) => npm(folder, ['run', script], env);

/** The text files that a toolchain wrote, by their paths, with the address of a running server. */
export function builtFiles(folder: string, origin: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => !/\.(png|svg|ico|map)$/.test(path));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8').replaceAll(writtenOrigin, origin)]));
}

/** Serves a built web page on another origin than the server until the test ends. @returns its address */
export async function servePage(folder: string, origin: string): Promise<string> {
  const files = builtFiles(folder, origin);
  const app = express();
  app.use((request, response) => {
    const path = request.path === '/' ? 'index.html' : request.path.slice(1);
    const file = files.get(path);
    if (file === undefined) response.status(404).end();
    else response.type(path.split('.').at(-1) ?? '').send(file);
  });
  return `${await listen(app)}/`;
}
