import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}
const path = 'deploy/prometheus/alerts.yaml';
const rules: Rule[] = parse(readFileSync(path, 'utf8')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const hasPromtool = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'promtool')));

// Their metrics are checked with those of the dashboard (test/server/observe/dashboard.test.ts).
describe('the alerts', () => {
  it.each(rules)('$alert says how severe it is, what happened and what to do', ({ alert, labels, annotations }) => {
    expect(alert).toMatch(/^Logins?[A-Z]/);
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary).toMatch(/^\S/);
    expect(annotations.description).toMatch(/\.$|\?$/);
  });

  it('have a name each', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.skipIf(!hasPromtool)('fire when they should, according to promtool', async () => {
    await promisify(execFile)('promtool', ['check', 'rules', path]);
    await promisify(execFile)('promtool', ['test', 'rules', 'test/deploy/alerts.promtool.yaml']);
  });
});
