import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../support/folder.ts';
import { type Generator, generators } from './generators/tools.ts';

const bundle = fileURLToPath(new URL('../../generated/openapi.json', import.meta.url));
const installed = fileURLToPath(new URL('generators/node_modules', import.meta.url));
const isInstalled = existsSync(installed);
if (!isInstalled)
  process.stdout.write('Skipping other client generators: npm run check:generators installs them (420 MB) and runs them.\n');

/** A field of the session's own user is there, and has its type: without a cast, and without a check for undefined. */
const reading =
  'export const openidOf = ({ openid }: CurrentUser): string => openid;\nexport const idOf = ({ id }: CurrentUser): number => id;\n';

/** Runs a generator in its own folder; its output is in `out`. */
function generate({ command, files, currentUser }: Generator): string {
  const folder = createFolder();
  mkdirSync(join(folder, 'out'));
  symlinkSync(installed, join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files?.(bundle) ?? {})) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'reading.ts'), `${currentUser}\n${reading}`);
  const [tool = '', ...args] = command(bundle);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, '.bin', tool), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${tool} exited with ${status}: ${stdout}${stderr}`);
  return folder;
}

function compile(folder: string, zod: string): string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('node_modules'))
    .map((name) => join(folder, name));
  // A generator that silences the compiler would hide what it got wrong.
  for (const source of sources) writeFileSync(source, readFileSync(source, 'utf8').replaceAll('@ts-nocheck', ''));
  const program = ts.createProgram(sources, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    paths: { zod: [join(installed, zod)] },
  });
  expect(sources.length).toBeGreaterThan(1);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

describe('client generators', () => {
  it.skipIf(!isInstalled).each(generators)(
    "include $name, whose client compiles and has every field of a user's own record",
    { timeout: 180_000 },
    (generator) => {
      expect(compile(generate(generator), generator.zod ?? 'zod')).toEqual([]);
    },
  );
});
