import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../support/folder.ts';

/** Exit code and output of `npm run check:audit` if npm's own audit prints this. */
function audit(report: string, variables: NodeJS.ProcessEnv = {}): Promise<{ code: number | string | null | undefined; said: string }> {
  const folder = createFolder();
  writeFileSync(`${folder}/npm`, `#!/bin/sh\ncat <<'END'\n${report}\nEND\n`);
  chmodSync(`${folder}/npm`, 0o700);
  const env = { ...process.env, AUDIT: '', ...variables, PATH: `${folder}:${process.env.PATH}` };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['tools/audit.ts'], { env }, (_error, said) => resolve({ code: child.exitCode, said }));
  });
}

describe('the audit of dependencies', () => {
  it.each([
    ['passes where nothing is known', '{"vulnerabilities":{}}', 0, '0 production dependencies with known vulnerabilities'],
    ['fails where something is', '{"vulnerabilities":{"bad":{"severity":"high","range":"<2"}}}', 1, 'bad <2: high'],
    [
      'says that nothing was checked where the registry has no list',
      '{"message":"405 Method Not Allowed - POST https://x"}',
      0,
      'NOT CHECKED',
    ],
    ['says so where npm says nothing', '', 0, 'NOT CHECKED'],
  ])('%s', async (_case, report, code, text) => {
    const { code: ended, said } = await audit(report);
    expect([ended, said]).toEqual([code, expect.stringContaining(text)]);
  });

  it('fails if nothing was checked and a check is required', async () => {
    expect((await audit('', { AUDIT: 'required' })).code).toBe(1);
  });
});
