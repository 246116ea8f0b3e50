/** Writes the bundle as one of its readers sees it, by Redocly's filters. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export function writeView(audience: string, bundle: string, view: string): void {
  const args = ['--no-install', 'redocly', 'bundle', `--config=openapi/views/${audience}.yaml`, bundle, `--output=${view}`];
  execFileSync('npx', args, { stdio: 'pipe' });
  const contract = JSON.parse(readFileSync(view, 'utf8'));
  // The filter leaves what a path's operations share, with no operation that could use it.
  for (const [path, { parameters: _, ...operations }] of Object.entries<Record<string, unknown>>(contract.paths)) {
    if (Object.keys(operations).length === 0) delete contract.paths[path];
  }
  writeFileSync(view, JSON.stringify(contract, null, 2));
}
