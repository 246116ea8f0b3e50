/** Checkers of the contract that are written in Python. They are installed automatically if Python is available. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const requirements = join(root, 'test/contract/python/requirements.txt');
const isWindows = process.platform === 'win32';

/** The reason why the tools are missing: no Python, or no access to the packages. */
export class NoPython extends Error {}

/**
 * Finds the commands of `test/contract/python/requirements.txt`, and installs them first if they are not in the cache (`.cache/`).
 *
 * @returns the folder with the commands
 * @throws NoPython if they are not installed and cannot be
 */
export function pythonTools(): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(root, '.cache', `python-${version}`);
  const commands = join(folder, isWindows ? 'Scripts' : 'bin');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return commands;
  run(process.env.PYTHON ?? (isWindows ? 'python' : 'python3'), ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
  run(process.env.PYTHON ?? (isWindows ? 'python' : 'python3'), ['-m', 'venv', '--clear', folder]);
  run(join(commands, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(complete, '');
  return commands;
}

function run(command: string, args: string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw new NoPython(`${command} cannot be run: ${error.message}`);
  if (status !== 0) throw new NoPython(`${command} ${args.join(' ')} exited with ${status}: ${stderr}`);
}

/** The tools; without them, prints a line about the skipped tests and returns undefined. */
export function pythonToolsOrSkip(skipped: string): string | undefined {
  try {
    return pythonTools();
  } catch (error) {
    if (!(error instanceof NoPython)) throw error;
    process.stdout.write(`Skipping ${skipped}, which needs Python 3.10 or newer with venv and pip. ${error.message}\n`);
    return undefined;
  }
}
