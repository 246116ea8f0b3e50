/**
 * Shows that one person on five platforms is one account. Uses the server of `--url` or of `npm start`; without either, starts one that
 * keeps nothing. Exits with 1 when a step fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { createClient } from '../client/api.ts';
import { inMemory } from '../server/config/settings.ts';
import { demoTexts } from './demoTexts.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, lang: { type: 'string' } } });
const locale = values.lang ?? Intl.DateTimeFormat().resolvedOptions().locale;
const texts = locale.startsWith('zh') ? demoTexts.zh : demoTexts.en;
const usual = `http://127.0.0.1:${process.env.PORT ?? 3000}`;

/** Whether a server with a sandbox answers at an address. */
const hasSandbox = (origin: string): Promise<boolean> =>
  fetch(`${origin}/sandbox`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Starts a server on any free port, with its data in memory. */
function startServer(): Promise<{ origin: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../server/start.js', import.meta.url))], {
    env: { ...process.env, NODE_ENV: undefined, APPS_FILE: undefined, SANDBOX: 'on', HOST: '127.0.0.1', PORT: '0', DATABASE_URL: inMemory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      const [, origin] = /^Ready at (\S+)/m.exec(output) ?? [];
      if (origin) resolve({ origin, process: child });
    });
    child.on('error', reject).on('exit', () => reject(new Error(texts.noServer)));
  });
}

const loginCode = z.object({ code: z.string() });

const print = (line = '') => console.log(line);
const printStep = (platform: string, line: string) => print(`  ${platform.padEnd(10)}${line}`);

async function tell(origin: string): Promise<void> {
  let token: string | undefined;
  const { operations } = createClient({ baseUrl: origin, clientId: 'sandbox', token: () => token });
  // A new person, so that every run starts from the same state.
  const person = `larry-${randomBytes(4).toString('hex')}`;

  /** A login code, as the host app gives it. */
  async function takeCode(platform: string): Promise<string> {
    const response = await fetch(`${origin}/sandbox/${platform}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ person }),
    });
    return loginCode.parse(await response.json()).code;
  }
  const first = { id: 'wechat', name: 'WeChat', login: operations.silentLoginWechat };
  const others = [
    { id: 'qq', name: 'QQ', login: operations.silentLoginQq, link: operations.linkQq },
    { id: 'baidu', name: 'Baidu', login: operations.silentLoginBaidu, link: operations.linkBaidu },
    { id: 'kuaishou', name: 'Kuaishou', login: operations.silentLoginKuaishou, link: operations.linkKuaishou },
    { id: 'jd', name: 'JD', login: operations.silentLoginJd, link: operations.linkJd },
  ];

  print(texts.title);
  print(`  ${origin}`);
  print();
  print(texts.firstLogin);
  const session = dataOf(await first.login({ body: { code: await takeCode(first.id) } }));
  token = session.token;
  printStep(first.name, texts.newAccount(session.user_id));
  print();
  print(texts.links);
  for (const { id, name, login, link } of others) {
    const { error } = await login({ body: { code: await takeCode(id), create_user: false } });
    if (error?.code !== 'identity_not_found') throw new Error(texts.known(name));
    dataOf(await link({ body: { code: await takeCode(id) } }));
    printStep(name, texts.linked);
  }
  print();
  print(texts.logins);
  for (const { id, name, login } of [first, ...others]) {
    const { user_id } = dataOf(await login({ body: { code: await takeCode(id), create_user: false } }));
    printStep(name, String(user_id));
    if (user_id !== session.user_id) throw new Error(texts.differs);
  }
  print();
  print(texts.end);
}

/** @throws the server's error as text */
function dataOf<T>({ data, error, response }: { data?: T; error?: { error_msg: string }; response: Response }): T {
  if (data === undefined) throw new Error(`${response.status} ${error?.error_msg ?? ''}`);
  return data;
}

async function run(): Promise<void> {
  if (values.url !== undefined) {
    const { origin } = new URL(values.url);
    if (!(await hasSandbox(origin))) throw new Error(texts.noSandbox(origin));
    return tell(origin);
  }
  if (await hasSandbox(usual)) return tell(usual);
  print(texts.ownServer(usual));
  const server = await startServer();
  try {
    await tell(server.origin);
  } finally {
    server.process.kill();
  }
}

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
