import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const links = [...readFileSync('SECURITY.md', 'utf8').matchAll(/\]\((test\/[^)]+)\)/g)].map(([, path]) => path ?? '');

it('names only tests that are there', () => {
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
