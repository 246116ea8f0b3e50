import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFile, platforms } from '../../tools/buildClient.ts';
import { leaveEs2015 } from '../support/es2015.ts';
import { namespaces } from '../support/fakeHost.ts';

/** Bytes, minified and gzipped. */
const budget = 12_000;

describe('the built file', () => {
  describe.each(Object.entries(namespaces))('the file for %s', (platform, global) => {
    let code: string;
    beforeAll(async () => {
      code = await buildFile(platform);
    });

    it(`has at most ${budget} bytes gzipped, and only ES2015 syntax`, () => {
      const size = gzipSync(code, { level: 9 }).length;
      console.log(`${platform}: ${code.length} bytes, ${size} gzipped`);
      expect(size).toBeLessThanOrEqual(budget);
      expect(() => parse(code, { ecmaVersion: 2015, sourceType: 'script' })).not.toThrow();
    });

    it('uses only the library functions listed in client/README', () => {
      const es5 = /^(Object\.(create|defineProperty|keys|prototype)|Math\.(floor|min|pow))$/;
      const used = code.match(/\b((Object|Array|Math|Number|String)\.\w+|Promise|Symbol|Map|Set|Weak\w+|Proxy|Reflect)\b/g) ?? [];
      const names = new Set(used.filter((name) => !es5.test(name)));
      expect([...names].sort()).toEqual(['Object.assign', 'Promise']);
      for (const name of names) expect(readFileSync('client/README.md', 'utf8')).toContain(`\`${name}\``);
    });

    it('loads in an environment with only ES2015, and defines only BaaS', () => {
      const namespace: Record<string, unknown> = {};
      const context = createContext({ [global]: namespace }, { codeGeneration: { strings: false, wasm: false } });
      leaveEs2015(context);
      const globals = () => runInContext('Object.getOwnPropertyNames(this)', context);
      const before = globals();
      runInContext(code, context);
      expect(globals()).toEqual(before);
      expect(Object.keys(namespace)).toEqual(['BaaS']);
    });
  });

  it('exists for every platform', () => {
    expect(platforms.toSorted()).toEqual(Object.keys(namespaces).toSorted());
  });
});
