/**
 * `npm run check:schemathesis`: starts a server with the sandbox and has Schemathesis try it, with all its checks and the contract's links.
 * `hooks.py` says what it may refuse.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startCommand, stopCommand } from '../../support/command.ts';

const root = join(import.meta.dirname, '../../..');
const schemathesis = process.env.SCHEMATHESIS ?? 'schemathesis';
/** Cases that the run must reach, and how many of each operation lead there. */
const wanted = 10_000;
const perOperation = process.env.SCHEMATHESIS_EXAMPLES ?? '160';

if (spawnSync(schemathesis, ['--version']).status !== 0) {
  process.stderr.write('Schemathesis is not installed: pip install schemathesis==4.32.5, or name its command in SCHEMATHESIS.\n');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
const port = String(await freePort());
const origin = `http://127.0.0.1:${port}`;
const server = await startCommand(
  process.execPath,
  [join(root, 'server/start.js')],
  'Ready at',
  { PORT: port, RATE_LIMIT: 'off', LOG_LEVEL: 'error' },
  folder,
);
try {
  process.exitCode = tryServer();
} finally {
  await stopCommand(server);
  rmSync(folder, { recursive: true });
}

function tryServer(): number {
  const phases = 'examples,coverage,fuzzing,stateful';
  const options = ['--workers', '4', '--max-examples', perOperation, '--phases', phases, '--seed', '20261130', '--continue-on-failure'];
  const { status, stdout } = spawnSync(
    schemathesis,
    [
      'run',
      join(root, 'generated/openapi.json'),
      '--url',
      origin,
      '--exclude-checks',
      'positive_data_acceptance',
      '--warnings',
      'off',
      ...options,
    ],
    {
      // It leaves a cache behind.
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LOGIN_URL: origin, SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py') },
    },
  );
  process.stdout.write(stdout);
  const cases = Number(/(\d+) generated/.exec(stdout)?.[1] ?? 0);
  if (cases < wanted) process.stdout.write(`Only ${cases} cases, fewer than ${wanted}: raise SCHEMATHESIS_EXAMPLES.\n`);
  return status === 0 && cases >= wanted ? 0 : 1;
}
