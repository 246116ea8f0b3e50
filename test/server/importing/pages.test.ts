import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { sql } from 'kysely';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { isPostgres } from '../../../server/store/isPostgres.ts';
import { createDatabase } from '../../support/database.ts';
import { header, leancloudRow } from '../../support/exports/leancloud.ts';
import { personOf } from '../../support/exports/people.ts';
import { createFolder } from '../../support/folder.ts';
import { command } from '../../support/importing.ts';
import { codeBlocksOf } from '../../support/markdown.ts';
import { startServer } from '../../support/server.ts';

const page = (source: string, language = '') => `docs/import/${source}${language}.md`;
const blocksOf = (file: string, language: string) =>
  codeBlocksOf(file).flatMap((block) => (block.language === language ? [block.code.replaceAll(/\\\n\s*/g, '')] : []));
/** The commands of a page for operators. */
const adminCommands = (file: string): string[] =>
  blocksOf(file, 'sh').flatMap((code) => [...code.matchAll(/^npm run admin -- (.+)$/gm)].map(([, words = '']) => words));

const json = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const line = `${header}\n${json(leancloudRow(personOf(2)))}`;

/** The files that the commands of a page name, as each system writes them. */
const files: Record<string, () => Promise<Record<string, string | Uint8Array>>> = {
  leancloud: async () => ({
    'user.tar.gz': gzipSync(await packTar([{ header: { name: '_User.0.jsonl', size: line.length, type: 'file' }, body: line }])),
  }),
  mincloud: async () => {
    const objects = [{ id: 36_619_032_033_212, nickname: 'li', _provider: { wechat: { openid: 'oXX' }, qq_miniapp: { openid: 'E1' } } }];
    const meta = { limit: 1000, next: null, offset: 0, previous: null, total_count: 2 };
    return {
      'page-1.json': JSON.stringify({ meta, objects }),
      'page-2.json': JSON.stringify({ meta, objects: objects.map((row) => ({ ...row, id: 7, _provider: {} })) }),
    };
  },
  'uni-id': async () => ({
    'uni-id-users.json': json({ _id: 'a1', username: 'mei', password: 'a'.repeat(40), register_date: 1_600_000_000_000, status: 0 }),
    'config.json': '{ "passwordSecret": "secret" }',
  }),
  parse: async () => ({
    '_User.jsonl': json({
      _id: 'xWMyZ4YEGZ',
      username: 'mei',
      _hashed_password: await bcryptHash('plum', 4),
      _auth_data_wechat: { id: 'oAPP' },
      _created_at: { $date: '2020-01-01T00:00:00Z' },
      _sessions: [{ _session_token: 'r:0123456789abcdef0123456789abcdef', expiresAt: { $date: '2020-01-01T00:00:00Z' } }],
    }),
  }),
  supabase: async () => ({
    'users.jsonl': json({
      id: '11111111-2222-3333-4444-555555555555',
      email: 'mei@example.com',
      email_confirmed_at: '2023-01-01T00:00:00+00:00',
      identities: [{ provider: 'wechat', provider_id: 'oWEB' }],
    }),
  }),
  ndjson: async () => ({ 'users.ndjson': blocksOf(page('ndjson'), 'json')[0]?.replace('$2b$10$…', await bcryptHash('plum', 4)) ?? '' }),
};

/** The words of a command, with the files of a folder in place of the page's. */
function argumentsIn(words: string, folder: string, names: readonly string[]): string[] {
  const args = words.replace('--app demo', '--app sandbox').split(/\s+/).filter(Boolean);
  return args.flatMap((word) => {
    const pattern = new RegExp(`^${word.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    const matching = names.filter((name) => pattern.test(name));
    return matching.length === 0 ? [word] : matching.map((name) => `${folder}/${name}`);
  });
}

describe.each(Object.entries(files))('the page on %s', (source, content) => {
  it('has the same commands in both languages, and its import takes the file that the system writes', async () => {
    const commands = adminCommands(page(source));
    expect(adminCommands(page(source, '.zh-CN'))).toEqual(commands);
    expect(blocksOf(page(source, '.zh-CN'), 'sh')).toEqual(blocksOf(page(source), 'sh'));
    const imports = commands.filter((words) => words.startsWith('import '));
    expect(imports).not.toEqual([]);
    const [folder, database, given] = [createFolder(), await createDatabase(), await content()];
    await startServer({ database });
    for (const [name, text] of Object.entries(given)) writeFileSync(`${folder}/${name}`, text);
    for (const words of imports) {
      const args = [...argumentsIn(words, folder, Object.keys(given)), '--refused', `${folder}/refused`, '--pairs', `${folder}/pairs`];
      const dry = await command(args, database);
      expect(dry, dry.errors).toMatchObject({ code: 0, report: { imported: false, obstacles: [] } });
      expect(dry.report.new).toBe(dry.report.records);
      const done = await command(
        args.filter((word) => word !== '--dry-run'),
        database,
      );
      expect(done, done.errors).toMatchObject({ code: 0, report: { imported: true, new: dry.report.records } });
    }
    for (const words of commands.filter((each) => each.startsWith('export '))) {
      const name = basename(/--output (\S+)/.exec(words)?.[1] ?? '');
      const { code, report } = await command(argumentsIn(words.replace(name, `${folder}/${name}`), folder, []), database);
      expect({ code, report }).toMatchObject({ code: 0, report: { exported: 1 } });
    }
  });
});

it('the statement on the page on supabase writes what the import reads', async ({ skip }) => {
  const database = await createDatabase();
  const { store } = await startServer({ database });
  if (!isPostgres(store)) return skip('it is a statement for PostgreSQL');
  const [shell = ''] = blocksOf(page('supabase'), 'sh');
  const [, statement = ''] = /-c "([^"]+)"/.exec(shell) ?? [];
  const [id, other] = ['11111111-2222-3333-4444-555555555555', '11111111-2222-3333-4444-555555555556'];
  const { rows } = await store.transaction().execute(async (tx) => {
    await sql`create schema auth`.execute(tx);
    await sql`create table auth.users (id uuid primary key, email text, encrypted_password text, email_confirmed_at timestamptz,
      phone text, phone_confirmed_at timestamptz, raw_user_meta_data jsonb, banned_until timestamptz, deleted_at timestamptz,
      is_anonymous boolean not null default false, created_at timestamptz, updated_at timestamptz)`.execute(tx);
    await sql`create table auth.identities (provider_id text, user_id uuid, identity_data jsonb, provider text)`.execute(tx);
    await sql`insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data, banned_until, created_at) values
      (${id}, 'mei@example.com', '2023-01-01', '{"full_name": "Mei"}', 'infinity', '2023-01-01'),
      (${other}, 'larry@example.com', null, '{}', null, '2023-01-01')`.execute(tx);
    await sql`insert into auth.identities values ('oWEB', ${id}, '{"sub": "oWEB"}', 'wechat'), ('x', ${id}, '{}', 'email')`.execute(tx);
    const read = await sql<object>`${sql.raw(statement)}`.execute(tx);
    await sql`drop schema auth cascade`.execute(tx);
    return read;
  });
  const folder = createFolder();
  writeFileSync(`${folder}/users.jsonl`, json(...rows.map((row) => Object.values(row)[0])));
  const args = ['import', 'supabase', `${folder}/users.jsonl`, '--app', 'sandbox', '--map', 'wechat=wechat:wxapp'];
  const { code, report } = await command([...args, '--refused', `${folder}/refused`, '--pairs', `${folder}/pairs`], database);
  expect({ code, report }).toMatchObject({
    code: 0,
    report: { new: 2, with: { email_verified: 1, email_claimed: 1, 'wechat wxapp': 1, ban: 1 } },
  });
});
