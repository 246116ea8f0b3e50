import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../server/observe/log.ts';
import { openStore } from '../../server/store/store.ts';
import { createFolder } from '../support/folder.ts';
import { spawnServer } from '../support/process.ts';
import { listen } from '../support/server.ts';

describe('starting the server', () => {
  it('is fast with `npm start` in a fresh folder', async () => {
    const started = performance.now();
    const server = spawnServer({ DATABASE_URL: `sqlite:${createFolder()}/data/login.db`, SECRET_KEY: '' }, 'npm');
    const { status } = await fetch(`${await server.ready}/readyz`);
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`npm start: ready after ${seconds.toFixed(2)} s\n`);
    expect(status).toBe(200);
    expect(seconds).toBeLessThan(10);
  });

  it('on every address prints the one that a phone on the same network can open', async () => {
    const server = spawnServer({ DATABASE_URL: 'sqlite::memory:', HOST: '0.0.0.0' });
    const { port } = new URL(await server.ready);
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const lan = addresses
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => `http://${address}:${port}`);
    for (const origin of lan) expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    server.kill('SIGTERM');
    const { output } = await server.ended;
    expect([...output.matchAll(/^ {2}Network +(\S+): /gm)].map(([, origin]) => origin)).toEqual(lan);
  });

  it.each([
    ['PostgreSQL is away', 'postgres://login:open-sesame@127.0.0.1:1/login', 'connect ECONNREFUSED 127.0.0.1:1'],
    [
      'the URL cannot be read',
      'postgres://login:open-sesame@127.0.0.1:http/login',
      'cannot be read: the port must be a number, and in a user name or password write @ as %40, / %2F, # %23, ? %3F, : %3A and % %25',
    ],
    ['the file cannot be made', 'sqlite:/dev/null/login.db', "EEXIST: file already exists, mkdir '/dev/null'"],
  ])('with an error, %s: one line explains it', { tags: 'fault' }, async (_case, DATABASE_URL, reason) => {
    const server = spawnServer({ DATABASE_URL });
    server.secrets.add('open-sesame');
    expect(await server.ended).toEqual({ how: 1, output: `Cannot start:\nDATABASE_URL: ${reason}\n` });
  });

  it('on a file that is not a database: one line explains it, and the file is unchanged', { tags: 'fault' }, async () => {
    const file = `${createFolder()}/login.db`;
    writeFileSync(file, 'x'.repeat(10_000));
    const { ended } = spawnServer({ DATABASE_URL: `sqlite:${file}` });
    expect(await ended).toEqual({ how: 1, output: 'Cannot start:\nDATABASE_URL: file is not a database\n' });
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(10_000));
  });

  it('on a damaged database file: one line explains it', { tags: 'fault' }, async () => {
    const file = `${createFolder()}/login.db`;
    await (await openStore(`sqlite:${file}`, createLog('silent'))).destroy();
    truncateSync(file, 4096);
    const { ended } = spawnServer({ DATABASE_URL: `sqlite:${file}` });
    expect(await ended).toEqual({ how: 1, output: 'Cannot start:\nDATABASE_URL: database disk image is malformed\n' });
  });

  it.each([
    ['PORT', 'abc', 'PORT: must be a whole number from 0 to 65535'],
    ['PORT', '1.5', 'PORT: must be a whole number from 0 to 65535'],
    ['HOST', '192.0.2.1', 'HOST: 192.0.2.1 is not an address of this machine; 0.0.0.0 means all of them'],
    ['HOST', 'nowhere.invalid', expect.stringMatching(/^HOST: nowhere.invalid (does not resolve to an address|cannot be looked up now)/)],
    ['APPS_FILE', '/nowhere/apps.yaml', 'APPS_FILE: /nowhere/apps.yaml cannot be read: there is no such file'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL: must be fatal or error or warn or info or debug or trace or silent'],
  ])('with %s=%s: one line explains the error', { tags: 'fault' }, async (name, value, reason) => {
    const { how, output } = await spawnServer({ DATABASE_URL: 'sqlite::memory:', [name]: value }).ended;
    const [head, said, ...rest] = output.split('\n');
    expect({ how, head, said, rest }).toEqual({ how: 1, head: 'Cannot start:', said: reason, rest: [''] });
  });

  it('on a port that is in use: one line names it', { tags: 'fault' }, async () => {
    const { port } = new URL(await listen(express()));
    const { how, output } = await spawnServer({ DATABASE_URL: 'sqlite::memory:', PORT: port }).ended;
    const reason = `PORT: ${port} at 127.0.0.1 is in use by another process; stop it, or set another PORT`;
    expect({ how, output }).toEqual({ how: 1, output: `Cannot start:\n${reason}\n` });
  });

  it('logs the settings in one line, warns of those that are doubtful, and logs the shutdown', { tags: 'fault' }, async () => {
    const folder = createFolder();
    const APPS_FILE = `${folder}/apps.json`;
    writeFileSync(APPS_FILE, JSON.stringify({ apps: [{ client_id: 'shop', name: 'Shop' }] }));
    const DATABASE_URL = `sqlite:${folder}/login.db`;
    const env = {
      DATABASE_URL,
      APPS_FILE,
      NODE_ENV: 'production',
      DRAIN_DELAY: '0',
      LOG_LEVELS: 'info',
      METRICS_TOKEN: 'a token of 17 ch.',
    };
    const server = spawnServer(env);
    await server.ready;
    server.kill('SIGTERM');
    const { how, output } = await server.ended;
    expect(how).toBe(0);
    const lines = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    const settings = { apps: ['shop'], sandbox: 'off', store: DATABASE_URL, mail: 'off', sms: 'off', rate_limits: 'off', trust_proxy: [] };
    expect(lines).toContainEqual(expect.objectContaining({ level: 30, msg: 'settings', ...settings }));
    expect(lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
      'LOG_LEVELS is not a setting and has no effect; did you mean LOG_LEVEL?',
      expect.stringMatching(/^RATE_LIMIT=off: /),
      expect.stringMatching(/^SMS_PROVIDER is not set: /),
      expect.stringMatching(/^SMTP_URL is not set: /),
    ]);
    const shutdown = lines.filter(({ msg }) => /^(shutting down|stopped)/.test(msg));
    expect(shutdown).toMatchObject([
      { level: 30, signal: 'SIGTERM', drain_delay: 0 },
      { level: 30, msg: 'stopped' },
    ]);
    expect(output).not.toContain(env.METRICS_TOKEN);
  });

  it.each([
    ['client_id', { client_id: 'sandbox' }],
    ['pool', { client_id: 'shop', pool: 'sandbox' }],
  ])(
    'with the sandbox and an app whose %s is "sandbox": refused, because anyone could log in to that app as anyone',
    {
      tags: 'fault',
    },
    async (key, app) => {
      const APPS_FILE = `${createFolder()}/apps.json`;
      writeFileSync(APPS_FILE, JSON.stringify({ apps: [{ name: 'Shop', ...app }] }));
      const environment = { DATABASE_URL: `sqlite:${createFolder()}/login.db`, APPS_FILE };
      const { how, output } = await spawnServer({ ...environment, SANDBOX: 'on' }).ended;
      expect({ how, output }).toEqual({
        how: 1,
        output: expect.stringContaining(`Cannot start:\nAPPS_FILE: ${key} "sandbox" is the sandbox's own`),
      });
      await spawnServer(environment).ready;
    },
  );
});
