import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../../server/config/settings.ts';
import { createClient } from '../../support/client.ts';
import { freePort } from '../../support/command.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/process.ts';

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
/** The lines that the page gives operators. */
const [, lines = ''] = /```nginx\n(.*?)```/s.exec(readFileSync('deploy/README.md', 'utf8')) ?? [];

/** nginx of the machine's packages with the page's lines. @returns its origin */
async function startNginx(server: string): Promise<string> {
  const folder = createFolder();
  const port = await freePort();
  const http = lines.replace('127.0.0.1:3000', new URL(server).host).replace('server {', `server {\n  listen 127.0.0.1:${port};`);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
  mkdirSync(`${folder}/logs`);
  // One worker, so that it is one cache of connections.
  writeFileSync(
    `${folder}/nginx.conf`,
    `worker_processes 1;\npid ${folder}/pid;\nerror_log stderr notice;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${http}}\n`,
  );
  const asRoot = process.getuid?.() === 0 ? ['-g', 'daemon off; user root;'] : ['-g', 'daemon off;'];
  const nginx = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, ...asRoot], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(nginx, 'exit');
  onTestFinished(async () => {
    nginx.kill('SIGQUIT');
    await ended;
  });
  let output = '';
  nginx.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output).toContain('start worker process');
  return `http://127.0.0.1:${port}`;
}

describe('nginx in front', () => {
  it("keeps connections idle for less time than the server, with the page's settings and with nginx's defaults", () => {
    const [, seconds] = /keepalive_timeout (\d+)s;/.exec(lines) ?? [];
    const { keepAliveTimeout } = readSettings({ SANDBOX: 'on' });
    expect(keepAliveTimeout).toBeGreaterThan(Number(seconds));
    // nginx's `keepalive_timeout` of an upstream and the idle timeout of cloud balancers, if nothing is set.
    expect(keepAliveTimeout).toBeGreaterThan(60);
  });

  it.skipIf(!hasNginx)("with the page's settings: clients' addresses are known, and no request is a 502", async () => {
    const server = await startProcess({ DATABASE_URL: await createDatabase(), TRUST_PROXY: '1', RATE_LIMIT: 'on' });
    const origin = await startNginx(server.origin);
    const client = createClient(origin, server.secrets);
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 32 }, (_, person) => client.login('wechat', `person-${person}`)));
    }
    expect((await fetch(`${origin}/metrics`)).status).toBe(404);
    const guess = (address: string) =>
      client.call('loginByUsername', { body: { username: 'Mei', password: 'wrong' }, headers: { 'X-Forwarded-For': address } });
    const statuses: number[] = [];
    for (let address = 1; address <= 12; address++) statuses.push((await guess(`198.51.100.${address}`)).status);
    // The client's own claim about its address does not reach the server.
    expect(statuses.at(-1)).toBe(429);
    server.kill('SIGTERM');
    const { output } = await server.ended;
    expect(output).not.toContain('TRUST_PROXY');
  });
});
