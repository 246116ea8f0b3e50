import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser, type JSONInstruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildServer } from '../../tools/buildServer.ts';
import { createClient } from '../support/client.ts';
import { freePort, startCommand, stopCommand } from '../support/command.ts';
import { createFolder } from '../support/folder.ts';
import { watchSecrets } from '../support/secrets.ts';

const text = readFileSync('deploy/Dockerfile', 'utf8');
const dockerfile = DockerfileParser.parse(text);
const lastStage = dockerfile.getInstructions().slice(dockerfile.getInstructions().findLastIndex((each) => each.getKeyword() === 'FROM'));
const instructions = (keyword: string) => lastStage.filter((each) => each.getKeyword() === keyword);
const words = (instruction: (typeof lastStage)[number]) => instruction.getArguments().map((argument) => argument.getValue());

const copies = instructions('COPY').map((copy) => {
  const from = (copy as Copy).getFromFlag()?.getValue();
  return { from, sources: words(copy).slice(0, -1), target: words(copy).at(-1) ?? '' };
});
const files = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
const [healthCheck = []] = [...text.matchAll(/^ +CMD (\[.*\])$/gm)].map(([, json]) => JSON.parse(json ?? '') as string[]);
const command = (instructions('CMD')[0] as JSONInstruction).getJSONStrings().map((word) => word.getJSONValue());

/** Links what `npm ci --omit=dev` would install from the installed packages. */
function linkDependencies(folder: string): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { dev?: true }> };
  for (const [path, { dev }] of Object.entries(packages)) {
    if (dev || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(resolve(path), join(folder, path));
  }
}

describe('the image', () => {
  it("has a Dockerfile without findings of the linter, with the project's Node, not run by root", () => {
    expect(validate(text)).toEqual([]);
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    const stages = dockerfile.getFROMs().map((from) => from.getImage());
    expect(new Set(stages)).toEqual(new Set([`node:${/\d+/.exec(engines.node)}-slim`]));
    expect(instructions('USER').map(words)).toEqual([['node']]);
  });

  it('contains only what the Dockerfile copies', () => {
    const rules = readFileSync('deploy/Dockerfile.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    const copied = dockerfile
      .getCOPYs()
      .filter((copy) => !copy.getFromFlag())
      .flatMap((copy) => words(copy).slice(0, -1));
    expect(rules).toEqual(['*', ...new Set(copied.map((file) => `!${file}`))]);
  });

  const isRoot = process.getuid?.() === 0;

  const users: { who: string; user: { uid?: number; gid?: number } }[] = [
    { who: 'the user that it names', user: isRoot ? { uid: 1000, gid: 1000 } : {} },
    // OpenShift runs each project as an arbitrary uid without an entry in /etc/passwd, in group 0. Only root can test that.
    ...(isRoot ? [{ who: 'a user that it does not know, of group 0', user: { uid: 1_000_650_000, gid: 0 } }] : []),
  ];

  it.each(users)('runs as $who, and is healthy, with only the files of the image', async ({ user }) => {
    const folder = createFolder();
    chmodSync(folder, 0o755);
    for (const file of files) cpSync(file, join(folder, file), { recursive: true });
    linkDependencies(folder);
    await buildServer(join(folder, 'dist/server'));
    // The image's command for `data`, the only folder that the server writes to.
    const makeData = instructions('RUN').map(words).at(-1)?.join(' ').replace('node:', '1000:') ?? '';
    execFileSync('sh', ['-c', isRoot ? makeData : 'mkdir data'], { cwd: folder });

    const variables = Object.fromEntries(
      instructions('ENV')
        .flatMap(words)
        .map((word) => word.split('=')),
    );
    expect(variables).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    const env = { ...variables, HOST: '127.0.0.1', PORT: String(await freePort()), SANDBOX: 'on' };
    const [node = '', ...args] = command;
    const server = await startCommand(node, args, 'Ready at', env, folder, user);
    onTestFinished(() => void server.child.kill('SIGKILL'));
    const secrets = watchSecrets(server.output);
    const client = createClient(`http://127.0.0.1:${env.PORT}`, secrets);
    await client.login('wechat', 'larry');
    expect((await client.call('registerByUsername', { body: { username: 'larry', password: 'plum-rain-june' } })).status).toBe(201);

    const check = () => promisify(execFile)(healthCheck[0] ?? '', healthCheck.slice(1), { env: { ...process.env, PORT: env.PORT } });
    await check();
    expect(await stopCommand(server)).toBe(0);
    await expect(check()).rejects.toMatchObject({ code: 1 });
  });
});
