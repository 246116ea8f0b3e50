/**
 * Shows that one person on every platform is one account. Uses the server of `--url` or of `npm start`; without either, starts one with its
 * data in memory. Exits with 1 if a step fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import {
  linkAlipay,
  linkBaidu,
  linkBytedance,
  linkJd,
  linkKuaishou,
  linkQq,
  linkXiaohongshu,
  silentLoginAlipay,
  silentLoginBaidu,
  silentLoginBytedance,
  silentLoginJd,
  silentLoginKuaishou,
  silentLoginQq,
  silentLoginWechat,
  silentLoginXiaohongshu,
} from '../../generated/operations.ts';
import { inMemory } from '../../server/config/settings.ts';
import { demoTexts } from './texts.ts';

const values = readArguments();
const locale = values.lang ?? Intl.DateTimeFormat().resolvedOptions().locale;
const texts = locale.startsWith('zh') ? demoTexts.zh : demoTexts.en;
const usual = `http://127.0.0.1:${process.env.PORT ?? 3000}`;

/** Exits with 1 and one line if an argument is wrong. */
function readArguments() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { url: text, lang: text, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    console.error(messageOf(error));
    process.exit(1);
  }
}

function messageOf(error: unknown): unknown {
  return error instanceof Error ? error.message : error;
}

/** Whether a server with a sandbox answers at an address. */
const hasSandbox = (origin: string): Promise<boolean> =>
  fetch(`${origin}/sandbox`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Starts a server on any free port, with its data in memory. */
function startServer(): Promise<{ origin: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../server/start.js', import.meta.url))], {
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

const print = (line = '') => console.log(line);
const printStep = (platform: string, line: string) => print(`  ${platform.padEnd(13)}${line}`);

const first = { id: 'wechat', name: 'WeChat', login: silentLoginWechat };
const others = [
  { id: 'qq', name: 'QQ', login: silentLoginQq, link: linkQq },
  { id: 'baidu', name: 'Baidu', login: silentLoginBaidu, link: linkBaidu },
  { id: 'kuaishou', name: 'Kuaishou', login: silentLoginKuaishou, link: linkKuaishou },
  { id: 'jd', name: 'JD', login: silentLoginJd, link: linkJd },
  { id: 'alipay', name: 'Alipay', login: silentLoginAlipay, link: linkAlipay },
  { id: 'bytedance', name: 'ByteDance', login: silentLoginBytedance, link: linkBytedance },
  { id: 'xiaohongshu', name: 'Xiaohongshu', login: silentLoginXiaohongshu, link: linkXiaohongshu },
];

const loginCode = z.object({ code: z.string() });
const session = z.object({ user_id: z.number(), token: z.string() });
const unknownPerson = z.object({ code: z.literal('identity_not_found') });

async function tell(origin: string): Promise<void> {
  let token: string | undefined;
  // A new person, so that every run starts from the same state.
  const person = `larry-${randomBytes(4).toString('hex')}`;

  /** @throws the server's answer as text if its status is not the expected one */
  async function post(path: string, body: object, status: number, method = 'POST'): Promise<unknown> {
    const headers = {
      'Content-Type': 'application/json',
      'X-Hydrogen-Client-ID': 'sandbox',
      ...(token !== undefined && { Authorization: `Hydrogen-r1 ${token}` }),
    };
    const response = await fetch(origin + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
  /** A login code, as the host app returns it. */
  const takeCode = async (platform: string) => loginCode.parse(await post(`/sandbox/${platform}/login`, { person }, 201)).code;

  print(texts.title);
  print(`  ${origin}`);
  print();
  print(texts.firstLogin);
  const account = session.parse(await post(first.login.path, { code: await takeCode(first.id) }, 201));
  token = account.token;
  printStep(first.name, texts.newAccount(account.user_id));
  print();
  print(texts.links);
  for (const { id, name, login, link } of others) {
    unknownPerson.parse(await post(login.path, { code: await takeCode(id), create_user: false }, 404));
    await post(link.path, { code: await takeCode(id) }, 200, link.method);
    printStep(name, texts.linked);
  }
  print();
  print(texts.logins);
  for (const { id, name, login } of [first, ...others]) {
    const { user_id } = session.parse(await post(login.path, { code: await takeCode(id), create_user: false }, 201));
    printStep(name, String(user_id));
    if (user_id !== account.user_id) throw new Error(texts.differs);
  }
  print();
  print(texts.end);
}

async function run(): Promise<void> {
  if (values.help) return print(texts.usage);
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
  console.error(messageOf(error));
  process.exitCode = 1;
});
