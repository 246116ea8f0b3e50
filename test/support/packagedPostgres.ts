import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/**
 * A PostgreSQL from the machine's packages, which include `pg_dump` and `pg_restore` of the same version, unlike the tests' own. Debian's
 * `pg_virtualenv` starts it, and removes it after the test.
 *
 * @returns its URL, which ends with a slash, ready for a database's name; undefined if the machine has none
 */
export async function startPackagedPostgres(): Promise<string | undefined> {
  const tellAndStay = 'echo "postgres://$PGUSER:$PGPASSWORD@127.0.0.1:$PGPORT/"; exec cat';
  // Independent of the locale of the machine.
  const asCreated = '--locale=C --encoding=UTF8';
  const child = spawn('pg_virtualenv', ['-t', '-c', asCreated, 'sh', '-c', tellAndStay], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close').catch(() => undefined);
  onTestFinished(async () => {
    child.stdin.end();
    await ended;
  });
  for await (const line of createInterface(child.stdout)) if (line.startsWith('postgres:')) return line;
  return undefined;
}
