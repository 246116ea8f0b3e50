/** Runs openapi-generator, which Maven fetches once, with the settings of `<language>.yaml` in this folder. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { simplify } from './simplify.ts';

/** The version that clients are generated with, and the SHA-256 of its jar. */
const version = '7.25.0';
const sha256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae';

const artifact = `openapi-generator-cli-${version}.jar`;
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'miniprogram-login');
const oldestJava = 11;

/** Names the program that is missing for complete clients. */
export class MissingTool extends Error {}

/**
 * Writes a complete client into a folder.
 *
 * @param contract the path of the bundle
 * @throws {MissingTool} without Java, or if the jar is missing and Maven is not there to fetch it
 */
export function writeClient(language: string, contract: string, folder: string): void {
  requireJava();
  const jar = findJar();
  const settings = join(import.meta.dirname, `${language}.yaml`);
  const input = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    const simple = join(input, 'openapi.json');
    writeFileSync(simple, JSON.stringify(simplify(JSON.parse(readFileSync(contract, 'utf8')), language)));
    const options = ['--input-spec', simple, '--config', settings, '--output', folder];
    // Leaves out test stubs, which the caller would have to complete.
    check(run('java', ['-jar', jar, 'generate', ...options, '--global-property', 'apiTests=false,modelTests=false']), 'openapi-generator');
  } finally {
    rmSync(input, { recursive: true });
  }
}

function requireJava(): void {
  const { status, stderr } = run('java', ['-version']);
  if (status !== 0) throw new MissingTool(`openapi-generator needs Java, which was not found: install Java ${oldestJava} or newer`);
  // "1.8.0" until Java 8, "11.0.2" since Java 9.
  const [, major = ''] = /version "(?:1\.)?(\d+)/.exec(stderr) ?? [];
  if (Number(major) < oldestJava)
    throw new MissingTool(`Java ${major} is too old for openapi-generator: install Java ${oldestJava} or newer`);
}

/** The jar in the cache, fetched first if missing. */
function findJar(): string {
  const jar = join(cache, artifact);
  if (!existsSync(jar)) fetchJar(jar);
  const found = createHash('sha256').update(readFileSync(jar)).digest('hex');
  if (found === sha256) return jar;
  rmSync(jar);
  throw new Error(`${jar} had the SHA-256 ${found} instead of ${sha256} and was removed`);
}

/** Fetches the jar through Maven, whose settings may name a mirror. */
function fetchJar(jar: string): void {
  if (run('mvn', ['--version']).status !== 0)
    throw new MissingTool(
      `fetching openapi-generator needs Maven, which was not found: install it, or save org.openapitools:${artifact} as ${jar}`,
    );
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    const coordinates = `org.openapitools:openapi-generator-cli:${version}`;
    check(run('mvn', ['--batch-mode', '--quiet', copy, `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`], cache), 'Maven');
    renameSync(join(folder, artifact), jar);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (command: string, args: string[], cwd?: string) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28, shell: process.platform === 'win32' });

function check({ status, stdout, stderr, error }: SpawnSyncReturns<string>, name: string): void {
  if (error) throw error;
  if (status !== 0) throw new Error(`${name} exited with ${status}:\n${stdout}${stderr}`);
}
