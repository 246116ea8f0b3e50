import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/process.ts';
import { endpointFor, startReceiver } from '../../support/receiver.ts';

interface Dashboard {
  templating: { list: { definition?: string }[] };
  panels: { targets?: { expr: string }[] }[];
}
const { templating, panels }: Dashboard = JSON.parse(readFileSync('deploy/grafana/dashboard.json', 'utf8'));
interface Alerts {
  groups: { rules: { expr: string }[] }[];
}
const { groups }: Alerts = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8'));
const queries = [
  ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ...templating.list.flatMap(({ definition = [] }) => definition),
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];
/** Every text that a pattern captures, once. */
const captured = (texts: string[], pattern: RegExp) =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter((group) => group !== undefined))));

describe('the Grafana dashboard and the alerts', () => {
  // SQLite has no pool, and so not all of the labels.
  it.skipIf(inject('postgres') === undefined)('use only metrics and labels of /metrics', async () => {
    // A receiver that wants no more events has labels in every metric of webhooks.
    const receiver = await startReceiver();
    receiver.misbehave((_event, response) => {
      response.writeHead(410).end();
      return 'misbehaved';
    });
    const APPS_FILE = join(createFolder(), 'apps.json');
    writeFileSync(APPS_FILE, JSON.stringify({ apps: [{ client_id: 'shop', name: 'Shop', webhooks: [endpointFor(receiver)] }] }));
    const server = await startProcess({ DATABASE_URL: await createDatabase(), APPS_FILE, SANDBOX: 'on' });
    await server.call('loginAnonymously', { headers: { 'X-Hydrogen-Client-ID': 'shop' } });
    await server.call('silentLoginWechat', { body: { code: 'neverGiven' } });
    await server.call('requestPasswordReset', { body: { email: 'mei@example.com' } });
    const readPage = async () => (await fetch(`${server.origin}/metrics`)).text();
    await expect.poll(readPage, { timeout: 10_000 }).toContain('login_webhook_events_parked_total{');
    const page = await readPage();

    const names = captured([page], /^# TYPE (\S+) (?:counter|gauge)$/gm);
    for (const histogram of captured([page], /^# TYPE (\S+) histogram$/gm)) {
      for (const part of ['bucket', 'count', 'sum']) names.add(`${histogram}_${part}`);
    }
    const asked = captured(queries, /\b((?:login|nodejs|process)_\w+)/g);
    expect(asked.size).toBeGreaterThan(12);
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);

    // Prometheus itself adds the process that it asked.
    const labels = captured([page], /[{,](\w+)="/g).add('instance');
    const askedLabels = [...captured(queries, /\bby \(([\w, ]+)\)|(\w+)=~?"/g)].flatMap((list) => list.split(', '));
    expect(askedLabels.length).toBeGreaterThan(8);
    expect(askedLabels.filter((label) => !labels.has(label))).toEqual([]);
  });
});
