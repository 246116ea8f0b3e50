import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { identityPlatformNamed, identityPlatforms, requiredSettings } from '../platforms/index.ts';
import { addAppTo } from './appsFile.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { readPair } from './pairsOption.ts';
import { requireAppsFile } from './requireAppsFile.ts';
import type { Terminal } from './terminal.ts';

interface AddAppOptions {
  name: string;
  clientId?: string;
  pool?: string;
  /** App ids by platform. */
  platform?: Record<string, string>;
}

const description =
  'Add an app to APPS_FILE. Other lines stay unchanged, and servers serve the app after SIGHUP, or their next start. ' +
  'Secrets and other settings that a --platform needs are read from standard input, one per line, because arguments would remain in the ' +
  "shell's history.";

export const addApp: CommandMaker = (terminal) =>
  defineCommand('add-app', description, terminal, async (options: AddAppOptions) => ({ data: await add(terminal, options) }))
    .requiredOption('--name <name>', 'name for people')
    .option('--client-id <id>', 'id that its clients send; generated if absent')
    .option('--pool <name>', 'pool whose users it shares with other apps; a separate one if absent')
    .option(
      '--platform <platform=app id>',
      `a platform (${identityPlatforms.join(', ')}) and the app's id there; may be repeated`,
      readPair('wechat=wx0123456789abcdef'),
    );

async function add(terminal: Terminal, { name, clientId = randomBytes(10).toString('hex'), pool, platform = {} }: AddAppOptions) {
  const path = requireAppsFile(terminal);
  addAppTo(path, { client_id: clientId, ...(pool !== undefined && { pool }), name, platforms: await readSettings(terminal, platform) });
  return { added: clientId, to: path };
}

/** Reads the missing settings of platforms from the lines of standard input, in the order of the platforms and their settings. */
async function readSettings({ input, errors }: Terminal, appIds: Record<string, string>): Promise<Record<string, Record<string, string>>> {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  const entries: Record<string, Record<string, string>> = {};
  let line = 0;
  for (const [platform, app_id] of Object.entries(appIds)) {
    const entry: Record<string, string> = { app_id };
    for (const setting of missingSettings(platform)) {
      line++;
      if (input.isTTY) errors(`${setting} of ${platform}: `);
      const { value = '' } = await lines.next();
      if (value.trim() === '') throw new Error(`standard input: must hold the ${setting} of ${platform} in line ${line}`);
      entry[setting] = value.trim();
    }
    entries[platform] = entry;
  }
  reader.close();
  return entries;
}

/** The required settings besides the app id. @throws if there is no such platform */
function missingSettings(text: string): string[] {
  const platform = identityPlatformNamed(text);
  if (platform === undefined) throw new Error(`--platform: ${text} is none of ${identityPlatforms.join(', ')}`);
  return requiredSettings[platform].filter((setting) => setting !== 'app_id');
}
