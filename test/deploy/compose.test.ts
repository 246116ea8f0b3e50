import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../server/config/settings.ts';

const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });
const servers = Object.keys(services).filter((name) => services[name].image === 'miniprogram-login');

describe('the deployment', () => {
  it("has a compose file that fits the specification's schema", async () => {
    await promisify(execFile)('node_modules/.bin/dclint', ['--max-warnings', '0', 'deploy/compose.yaml']);
  });

  it('sends requests to every server of the compose file, and checks the readiness of each', () => {
    const caddyfile = readFileSync('deploy/Caddyfile', 'utf8');
    const [, upstreams] = /\{\$SERVERS:(.*?)\}/.exec(caddyfile) ?? [];
    expect(upstreams?.split(' ')).toEqual(servers.map((name) => `${name}:3000`));
    expect(servers.length).toBe(2);
    expect(caddyfile).toContain('health_uri /readyz');
    expect(Object.keys(services.proxy.depends_on)).toEqual(servers);
  });

  it('gives the servers valid settings', () => {
    const settings = readSettings({ ...services[servers[0] ?? ''].environment, SECRET_KEY: 'k'.repeat(32) });
    expect(settings).toMatchObject({ databaseUrl: 'postgres://login@postgres/login', appsFile: '/app/apps.yaml', sandbox: false });
  });
});
