import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toJson, toYaml } from '../../../server/admin/print.ts';
import { registerUser } from '../../support/accounts.ts';
import { admin } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';

/** Text that a terminal would obey, or show as other text. */
const unprintable = {
  'an escape': '\u001b[2J',
  'a bell': '\u0007',
  DEL: '\u007f',
  'a C1 introducer': '\u009b31m',
  'a C1 command': '\u009d0;title\u009c',
  'an override of direction': '\u202egnp.exe',
  'an isolate': '\u2066a\u2069',
  'an Arabic mark': '\u061ca',
  'a line separator': 'a\u2028b',
  'half a character': '\ud83d',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('output of the commands', () => {
  describe.each(Object.entries(unprintable))('%s', (_what, text) => {
    it('printed by a command: escaped, and parsed back unchanged', { tags: 'fault' }, () => {
      const data = [{ nickname: `Mei ${text}`, [`key${text}`]: [text, { deep: text }] }];
      expect(toJson(data)).not.toMatch(raw);
      expect(JSON.parse(toJson(data))).toEqual(data);
      expect(toYaml(data)).not.toMatch(raw);
      expect(parse(toYaml(data))).toEqual(data);
    });
  });

  it('leaves emoji and Chinese unchanged', () => {
    const data = { nickname: '小明 👨‍👩‍👧 ❤️', note: 'a\tb\nc' };
    expect(toJson(data)).toContain('小明 👨‍👩‍👧 ❤️');
    expect(toYaml(data)).toContain('小明 👨‍👩‍👧 ❤️');
    expect(parse(toYaml(data))).toEqual(data);
  });

  it('a nickname that would control the terminal: no command prints it unescaped, or quotes it', {
    tags: 'fault',
  }, async () => {
    const database = await createDatabase();
    const server = await startServer({ database });
    const { id, token } = await registerUser(server);
    const nickname = `Mei ${Object.values(unprintable).slice(0, -1).join(' ')}`;
    expect((await server.call('updateUser', { token, body: { nickname, note: nickname } })).status).toBe(200);
    const env = { DATABASE_URL: database };
    const user = ['--app', 'sandbox', '--user', String(id)];
    for (const args of [
      ['find-user', '--app', 'sandbox', '--user', String(id)],
      ['export-user', ...user],
      ['list-sessions', ...user],
      ['audit', '--app', 'sandbox'],
    ]) {
      for (const form of [[], ['--json']]) {
        const { code, output } = await admin([...args, ...form], env);
        expect([args[0], code]).toEqual([args[0], 0]);
        expect(output).not.toMatch(raw);
      }
    }
    const { code, errors } = await admin(['find-user', '--app', `\u009b31m\u202e`, '--username', 'unknown'], env);
    expect(code).toBe(1);
    expect(errors).not.toMatch(raw);
  });
});
