/**
 * Compares the contract with the last release's and reports breaking changes in plain words: what breaks, and for which clients. A
 * breaking change passes only together with a new `info.version`.
 *
 * `node tools/breaking.ts [BASE [REVISION]]`
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [base = 'test/contract/last-release.json', revision = 'generated/openapi.json'] = process.argv.slice(2);

interface Report {
  changes: {
    path: string;
    impact: 'patch' | 'minor' | 'major';
    verdicts: { ruleId: string; message: string; impact: string }[];
    base?: { pointer: string };
    revision?: { pointer: string };
  }[];
}
interface Operation {
  operationId: string;
  tags: string[];
}
interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

const read = (file: string): Contract => JSON.parse(readFileSync(file, 'utf8'));
const [before, after] = [read(base), read(revision)];

const breaking = diff().changes.flatMap(({ path, verdicts, ...places }) =>
  verdicts
    .filter(({ impact }) => impact === 'major')
    .map(({ ruleId, message }) => tell(message, path, ruleId, operationsAt((places.base ?? places.revision)?.pointer ?? path))),
);
if (breaking.length > 0) {
  process.stdout.write(`${breaking.join('\n')}\n`);
  if (raised(before.info.version, after.info.version)) {
    process.stdout.write(
      `\n${breaking.length} breaking changes, with a new info.version: ${before.info.version} → ${after.info.version}.\n`,
    );
  } else {
    process.stdout.write(
      `\nThe contract breaks clients of ${before.info.version} in ${breaking.length} places. Revert the change, or keep the old form and add the new one.\n`,
    );
    process.exitCode = 1;
  }
}

function diff(): Report {
  const args = ['diff', '--config', 'openapi/breaking.yaml', '--format', 'json', '--fail-on', 'none', base, revision];
  const { stdout, stderr, status } = spawnSync('node_modules/.bin/redocly', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (status !== 0) throw new Error(`redocly diff exited with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

function tell(message: string, path: string, rule: string, operations: Operation[]): string {
  const names = operations.map(({ operationId }) => operationId).join(', ');
  return [`Breaking: ${message}`, `  in ${partAt(path)} of ${names}`, `  for ${whomAt(path, rule, operations)}`].join('\n');
}

function partAt(path: string): string {
  if (path.includes('/responses/')) return 'the answers';
  return path.includes('/requestBody') || path.includes('/parameters/') ? 'the requests' : 'the description';
}

function whomAt(path: string, rule: string, operations: Operation[]): string {
  if (rule === 'operation-id-changed') return 'generated clients, whose call has that name; deployed apps are not affected';
  const habit = path.includes('/responses/') ? 'read the old answers' : 'send requests valid before';
  return `${clientsOf(operations)} that ${habit}`;
}

/** Maps tags to clients: each platform has its own tag, any other tag concerns every client. */
function clientsOf(operations: Operation[]): string {
  const hosts = new Set(operations.flatMap(({ tags }) => tags));
  const shared = ['Accounts', 'Sessions', 'Users', 'SMS', 'Email', 'Server'].some((tag) => hosts.has(tag));
  if (shared || hosts.size === 0) return 'every mini-program and web page';
  const platforms = [...hosts].filter((tag) => tag !== 'Web logins');
  const pages = platforms.length < hosts.size ? ['web pages'] : [];
  return [...pages, ...(platforms.length > 0 ? [`mini-programs on ${platforms.join(', ')}`] : [])].join(' and ');
}

/** Finds the operations that use a place of the bundle. A component belongs to every operation that refers to it, directly or not. */
function operationsAt(pointer: string): Operation[] {
  const all = Object.entries(before.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => (operation.operationId ? [{ path, method, operation }] : [])),
  );
  const [, part, group = '', name = ''] = pointer.split('/');
  if (part === 'components')
    return all.filter(({ path }) => refersTo(before.paths[path], `#/components/${group}/${name}`)).map((at) => at.operation);
  const path = group.replaceAll('~1', '/');
  return all.filter((at) => at.path === path && (at.method === name || !(name in (before.paths[path] ?? {})))).map((at) => at.operation);
}

function refersTo(node: unknown, reference: string, seen = new Set<string>()): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (!('$ref' in node) || typeof node.$ref !== 'string') return Object.values(node).some((child) => refersTo(child, reference, seen));
  if (node.$ref === reference) return true;
  if (seen.has(node.$ref)) return false;
  seen.add(node.$ref);
  const [, , group = '', name = ''] = node.$ref.split('/');
  return refersTo(before.components[group]?.[name], reference, seen);
}

/** Compares versions as semver does for breaking changes: below 1.0.0 the minor number decides. */
function raised(from: string, to: string): boolean {
  const [[major = 0, minor = 0] = [], [newMajor = 0, newMinor = 0] = []] = [from, to].map((version) => version.split('.').map(Number));
  return newMajor > major || (major === 0 && newMinor > minor);
}
