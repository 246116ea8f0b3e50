/**
 * `node test/bench/import.ts [--people 1000000] [--store sqlite|postgres]`: imports an export of LeanCloud with everything that goes wrong in
 * one, kills the import in the middle, resumes it, imports people of uni-id who are partly the same, and repeats the first import. Logs people
 * in by each way that they had. Prints rates, memory and counts; exits with 1 if a count or a login differs from what the export says.
 */
import { deepEqual } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { createClient } from '../../client/api.ts';
import { createLog } from '../../server/observe/log.ts';
import { openStore } from '../../server/store/store.ts';
import { startCluster } from '../support/cluster.ts';
import { cycle, provesPhone, sandboxName, wholePersonOf, writeFullSize } from '../support/exports/fullSize.ts';
import { objectIdOf } from '../support/exports/leancloud.ts';
import { personOf } from '../support/exports/people.ts';
import { cpuSecondsOf, startProcess } from './processes.ts';

const { values } = parseArgs({ options: { people: { type: 'string', default: '1000000' }, store: { type: 'string', default: 'sqlite' } } });
const people = Number(values.people);
/** People of the second source; every other one has the verified number of a person in the first. */
const second = Math.min(10_000, people);
/** People who log in at the end. */
const sample = 25;

const folder = mkdtempSync(join(tmpdir(), 'import-'));
const cluster = values.store === 'postgres' ? await startCluster(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB']) : undefined;
const database = cluster ? `${cluster.url}postgres` : `sqlite:${join(folder, 'login.db')}`;
const env = {
  PATH: process.env.PATH ?? '',
  DATABASE_URL: database,
  SECRET_KEY: 'a secret key for the bench, 32 characters',
  SANDBOX: 'on',
};
interface Ended {
  report: Report;
  seconds: number;
  cpu: number;
  peak: number;
}
type Report = Partial<Record<'records' | 'new' | 'unchanged' | 'newer_here' | 'refused' | 'pairs' | 'records_per_second', number>>;
const print = (line: string) => process.stdout.write(`${line}\n`);

function start(...args: string[]): {
  child: ChildProcess;
  ended: Promise<Ended>;
} {
  const command = [
    'server/admin/start.js',
    'import',
    ...args,
    '--app',
    'sandbox',
    '--accept',
    '--platform-app',
    'wechat=sandbox-wechat',
    '--json',
  ];
  const files = ['--platform-app', 'qq=sandbox-qq', '--refused', join(folder, 'refused.ndjson'), '--pairs', join(folder, 'pairs.ndjson')];
  const started = performance.now();
  const child = spawn(process.execPath, [...command, ...files], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const used = { peak: 0, cpu: 0 };
  const watch = setInterval(() => Object.assign(used, usedBy(child.pid)), 100);
  const ended = Promise.all([text(child.stdout), once(child, 'exit')]).then(([output]) => {
    clearInterval(watch);
    return { report: output === '' ? {} : JSON.parse(output), ...used, seconds: (performance.now() - started) / 1000 };
  });
  return { child, ended };
}

/** The processor time of a process, in seconds, and its largest size, in MiB (`man 5 proc`); nothing once it has ended. */
function usedBy(pid = 0) {
  try {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? {} : { peak: Number(kib) / 1024, cpu: cpuSecondsOf(pid) };
  } catch {
    return {};
  }
}

const tell = ({ seconds, cpu, peak }: Ended) =>
  `${seconds.toFixed(0)} s, of a processor ${cpu.toFixed(0)} s, at most ${peak.toFixed(0)} MiB`;

/** The counts that the export decides; a report leaves out those that are 0. A claim that another user's proof ended changed its user here. */
const count = ({ records, new: added = 0, unchanged = 0, newer_here = 0, refused = 0, pairs = 0 }: Report) => {
  return { records, new: added, there: unchanged + newer_here, refused, pairs };
};

try {
  const file = join(folder, '_User.0.jsonl.gz');
  const { records, new: added, refused, pairs } = await writeFullSize(file, people);
  print(`the export has ${records} lines`);

  // A server makes the database, which an import does not.
  const first = await startProcess('server/start.js', '/readyz', { ...env, NODE_ENV: 'production' });
  await first.stop();
  const store = await openStore(database, createLog('error'));
  const killed = start('leancloud', file);
  while (((await store.selectFrom('imports').select('records').executeTakeFirst())?.records ?? 0) < people / 2) await sleep(50);
  killed.child.kill('SIGKILL');
  const before = await killed.ended;
  const reached = (await store.selectFrom('imports').select('records').executeTakeFirstOrThrow()).records;
  print(`killed after ${reached} records: ${tell(before)}`);

  const resumed = await start('leancloud', file).ended;
  deepEqual(count(resumed.report), { records, new: added, there: 0, refused, pairs });
  const seconds = before.seconds + resumed.seconds;
  print(`resumed: ${tell(resumed)}; it says ${resumed.report.records_per_second} records a second`);
  print(`${records} records in ${seconds.toFixed(0)} s: ${Math.round(records / seconds)} a second, checks included`);

  const uniId = join(folder, 'uni-id-users.json');
  writeFileSync(uniId, Array.from({ length: second }, (_, n) => `${JSON.stringify(uniIdRow(n))}\n`).join(''));
  const other = await start('uni-id', uniId).ended;
  const shared = Array.from({ length: second }, (_, n) => n).filter(isShared).length;
  deepEqual(count(other.report), { records: second, new: second - shared, there: 0, refused: shared, pairs: shared });
  print(`second source: ${second - shared} new, ${shared} refused and listed as pairs: ${tell(other)}`);

  const again = await start('leancloud', file).ended;
  deepEqual(count(again.report), { records, new: 0, there: added, refused, pairs });
  print(`repeated: ${added} were there: ${tell(again)}`);

  const { users } = await store
    .selectFrom('users')
    .select(({ fn }) => fn.countAll().as('users'))
    .executeTakeFirstOrThrow();
  deepEqual(Number(users), added + second - shared);
  await store.destroy();
  await logPeopleIn();
} finally {
  await cluster?.stop();
  rmSync(folder, { recursive: true });
}

/** Whether a person of uni-id has a number that a person of LeanCloud has verified. */
function isShared(n: number): boolean {
  return n % 2 === 0 && provesPhone(n);
}

function uniIdRow(n: number): object {
  const salt = `salt${n}`;
  const digest = createHmac('sha256', salt).update(`apricot-${n}`).digest('hex');
  const mobile = isShared(n) ? personOf(n).phone : `138${String(n).padStart(8, '0')}`;
  const password = `$UNI_ID_HMAC_SHA256$${salt.length}$${salt}${digest}`;
  return { _id: `uni${n}`, username: `other_${n}`, mobile, mobile_confirmed: 1, password, status: 0, register_date: 1_500_000_000_000 };
}

/** Logs people from all over the export in by name, address, number, session and platform, and some of the second source. */
async function logPeopleIn(): Promise<void> {
  const server = await startProcess('server/start.js', '/readyz', { ...env, RATE_LIMIT: 'off' });
  let token: string | undefined;
  const { operations } = createClient({ baseUrl: server.origin, clientId: 'sandbox', token: () => token });
  const rounds = new Set(Array.from({ length: sample }, (_, n) => Math.floor((n * people) / cycle / sample)));
  for (const n of [...rounds].map(wholePersonOf)) {
    const { name: username, email, phone, password, sessionToken } = personOf(n);
    token = undefined;
    const login = await fetch(`${server.origin}/sandbox/wechat/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ person: sandboxName(n) }),
    });
    const { code } = z.object({ code: z.string() }).parse(await login.json());
    const users = [
      (await operations.loginByUsername({ body: { username, password } })).data,
      (await operations.loginByEmail({ body: { email, password } })).data,
      (await operations.loginByPhone({ body: { phone, password } })).data,
      (await operations.silentLoginWechat({ body: { code, create_user: false } })).data?.user_info,
    ];
    token = sessionToken;
    users.push((await operations.getMe()).data);
    deepEqual(
      users.map((user) => user?._legacy_id),
      users.map(() => objectIdOf(n)),
    );
  }
  token = undefined;
  for (let n = 1; n < second; n += Math.ceil(second / sample)) {
    if (isShared(n)) continue;
    const { data } = await operations.loginByUsername({ body: { username: `other_${n}`, password: `apricot-${n}` } });
    deepEqual(data?._legacy_id, `uni${n}`);
  }
  print(`${rounds.size} people of the first source logged in by five ways each, and some of the second by name and password`);
  await server.stop();
}
