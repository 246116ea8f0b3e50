import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../../server/store/migrations/index.ts';

describe('migrations', () => {
  it('are listed completely, in the order of their names', () => {
    const files = readdirSync('server/store/migrations').filter((file) => /^\d{4}-.*\.ts$/.test(file));
    expect(Object.keys(migrations)).toEqual(files.map((file) => file.replace('.ts', '')).sort());
  });
});
