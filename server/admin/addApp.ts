import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';
import { addAppTo } from './appsFile.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { requireAppsFile } from './requireAppsFile.ts';
import type { Terminal } from './terminal.ts';

interface AddAppOptions {
  name: string;
  clientId?: string;
  pool?: string;
  /** The app's id on each platform. */
  platform?: Record<string, string>;
}

const description =
  'adds an app to APPS_FILE, whose other lines stay as they are; a server serves it after its next start. ' +
  "The app's secrets are read from standard input, one line for each --platform: an argument would stay in the shell's history.";

export const addApp: CommandMaker = (terminal) =>
  defineCommand('add-app', description, terminal, async (options: AddAppOptions) => ({ data: await add(terminal, options) }))
    .requiredOption('--name <name>', 'what people call it')
    .option('--client-id <id>', 'what its clients send; made when absent')
    .option('--pool <name>', 'the pool whose users it shares with other apps; one of its own when absent')
    .option('--platform <platform=app id>', "a platform and the app's id there; once for each platform", readPlatform);

async function add(terminal: Terminal, { name, clientId = randomBytes(10).toString('hex'), pool, platform = {} }: AddAppOptions) {
  const path = requireAppsFile(terminal);
  const secrets = await readSecrets(terminal, Object.keys(platform));
  const platforms = Object.fromEntries(
    Object.entries(platform).map(([key, app_id], index) => [key, { app_id, app_secret: secrets[index] }]),
  );
  addAppTo(path, { client_id: clientId, ...(pool !== undefined && { pool }), name, platforms });
  return { added: clientId, to: path };
}

/** @throws InvalidArgumentError, which Commander tells with the option's name */
function readPlatform(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, platform, appId] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (!platform || !appId) throw new InvalidArgumentError('It must be like wechat=wx0123456789abcdef.');
  if (platform in before) throw new InvalidArgumentError(`${platform} is given twice.`);
  return { ...before, [platform]: appId };
}

async function readSecrets({ input, errors }: Terminal, platforms: string[]): Promise<string[]> {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  const secrets: string[] = [];
  for (const platform of platforms) {
    if (input.isTTY) errors(`app_secret of ${platform}: `);
    const { value = '' } = await lines.next();
    if (value.trim() === '') throw new Error(`standard input: must hold the app_secret of ${platform} in line ${secrets.length + 1}`);
    secrets.push(value.trim());
  }
  reader.close();
  return secrets;
}
