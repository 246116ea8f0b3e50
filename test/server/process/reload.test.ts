import { writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { type App, readApps } from '../../../server/config/apps.ts';
import { createLog } from '../../../server/observe/log.ts';
import { reloadAtHangup } from '../../../server/process/reload.ts';
import { createFolder } from '../../support/folder.ts';

it('an invalid APPS_FILE changes nothing, and the log names its line; a valid one is served', { tags: 'fault' }, async () => {
  const path = `${createFolder()}/apps.yaml`;
  const write = (...ids: string[]) => writeFileSync(path, `apps:\n${ids.map((id) => `  - client_id: ${id}\n    name: Shop\n`).join('')}`);
  write('shop');
  const lines: string[] = [];
  const served: string[][] = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  const replace = async (apps: App[]) => void served.push(apps.map(({ client_id }) => client_id));
  const reloads = reloadAtHangup({ apps: readApps(path), read: () => readApps(path), replace, log });
  onTestFinished(() => void process.removeAllListeners('SIGHUP'));

  write('shop', 'no spaces please');
  process.emit('SIGHUP');
  await expect.poll(() => lines.length).toBe(1);
  expect(served).toEqual([]);
  const fault = `${path}:4: apps.1.client_id: must be 1 to 64 letters, digits, _ or -`;
  expect(lines).toMatchObject([{ level: 50, msg: `APPS_FILE not reloaded, the earlier apps are still served: ${fault}` }]);

  write('second');
  process.emit('SIGHUP');
  await expect.poll(() => served).toEqual([['second']]);
  expect(lines[1]).toMatchObject({ level: 30, apps: ['second'], added: ['second'], removed: ['shop'] });

  await reloads.stop();
  process.emit('SIGHUP');
  await reloads.stop();
  expect(served).toHaveLength(1);
});
