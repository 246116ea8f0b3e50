import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { migrations } from '../../../server/store/migrations/index.ts';

it('lists every migration of the folder, in the order of their names', () => {
  const files = readdirSync('server/store/migrations').filter((file) => /^\d{4}-.*\.ts$/.test(file));
  expect(Object.keys(migrations)).toEqual(files.map((file) => file.replace('.ts', '')).sort());
});
