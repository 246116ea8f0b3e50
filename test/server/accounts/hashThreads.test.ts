import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { createPasswords } from '../../../server/accounts/passwords.ts';

it.runIf(process.platform === 'linux')('gives the threads that hash a lower priority than the one that answers', async () => {
  await createPasswords();
  const threads = readdirSync('/proc/self/task').map((id) => ({
    name: readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim(),
    priority: getPriority(Number(id)),
  }));
  const hashing = threads.filter(({ name }) => name === 'libuv-worker');
  expect(hashing.map(({ priority }) => priority)).toEqual(Array(4).fill(constants.priority.PRIORITY_BELOW_NORMAL));
  expect(getPriority(process.pid)).toBeLessThan(constants.priority.PRIORITY_BELOW_NORMAL);
});
