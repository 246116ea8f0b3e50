import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { recordActs } from '../audit/entries.ts';
import { type ExportParts, exportUsers as readUsers } from '../importing/exportUsers.ts';
import type { ImportTenant } from '../importing/importUsers.ts';
import { addAppOption, type CommandMaker, defineCommand } from './command.ts';
import { openVault } from './openVault.ts';
import { withTenant } from './withStore.ts';

interface ExportOptions {
  app: string;
  output: string;
  withSecrets?: boolean;
}

const description =
  'Export all users to a file, one in each line, which import ndjson takes back (docs/import/ndjson.md). Servers keep running: a user is ' +
  'exported as of the moment in which it is read.';

export const exportUsers: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('export', description, terminal, ({ app, output, withSecrets = false }: ExportOptions) =>
      withTenant(terminal, app, async (tenant) => {
        const exported = await writeUsers({ ...tenant, vault: openVault(terminal.env) }, output, { secrets: withSecrets });
        await recordActs(tenant, { event: 'users_exported', userId: undefined });
        return { data: { ...exported, to: output, secrets: withSecrets } };
      }),
    ),
    terminal,
  )
    .requiredOption('--output <file>', 'the file, which must not exist; gzipped if its name ends with .gz')
    .option(
      '--with-secrets',
      'export password hashes, and the hashes of session tokens, too: anyone who has the file can try to guess passwords',
    );

/** @returns how many users were exported, and how many closed accounts, of which only the ids are left */
async function writeUsers(tenant: ImportTenant, path: string, parts: ExportParts): Promise<{ exported: number; closed: number }> {
  const count = { exported: 0, closed: 0 };
  async function* texts() {
    for await (const users of readUsers(tenant, parts)) {
      for (const { state } of users) count[state === 'closed' ? 'closed' : 'exported']++;
      yield users.map((user) => `${JSON.stringify(user)}\n`).join('');
    }
  }
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  if (path.endsWith('.gz')) await pipeline(Readable.from(texts()), createGzip(), file);
  else await pipeline(Readable.from(texts()), file);
  return count;
}
