import { Argument, InvalidArgumentError } from 'commander';
import { recordActs } from '../audit/entries.ts';
import { type Droppable, droppable } from '../importing/importedUser.ts';
import { findInterrupted, type ImportState, importIdOf, newState } from '../importing/importRow.ts';
import { type ImportJob, type ImportTenant, importUsers as runImport } from '../importing/importUsers.ts';
import { createKeyMap } from '../importing/keyMap.ts';
import { OutputFile } from '../importing/outputFile.ts';
import { createProgress } from '../importing/progress.ts';
import { obstaclesOf, reportOf } from '../importing/report.ts';
import { sourceNamed, sourceNames } from '../importing/sources/index.ts';
import { isSourceName } from '../importing/sources/ndjson.ts';
import { readUniIdSecrets } from '../importing/sources/uniIdConfig.ts';
import { addAppOption, type CommandMaker, defineCommand, type Report } from './command.ts';
import { openVault } from './openVault.ts';
import { readPair } from './pairsOption.ts';
import type { Terminal } from './terminal.ts';
import { withTenant } from './withStore.ts';

interface ImportOptions {
  app: string;
  dryRun?: true;
  accept?: true;
  platformApp?: Record<string, string>;
  map?: Record<string, string>;
  ignoreKey?: string[];
  drop?: Droppable[];
  sourceName: string;
  uniIdConfig?: string;
  sessions: boolean;
  refused?: string;
  pairs?: string;
}

const description =
  "Import users from another system's export, with their passwords, platform identities and sessions (docs/import/). With --dry-run, only " +
  'says what would happen. Without it, does so first, and imports only if no user would be refused, or --accept says that those stay ' +
  'behind. An interrupted import is resumed if the command is repeated, and a later one takes over what has changed at the source since.';

export const importUsers: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('import', description, terminal, (options: ImportOptions, command) => {
      const [source = '', ...paths] = command.args;
      return withTenant(terminal, options.app, (tenant) => {
        return run(terminal, { ...tenant, vault: openVault(terminal.env) }, source, paths, options);
      });
    }),
    terminal,
  )
    .addArgument(new Argument('<source>', 'the system that the users come from').choices(sourceNames))
    .argument('<files...>', 'its export: JSON lines, a JSON array or BSON; plain, gzipped, or in a tar archive')
    .option('--dry-run', 'write nothing but the files of refused records and pairs')
    .option('--accept', 'import although some records are refused')
    .option(
      '--platform-app <platform=app id>',
      'the app whose openids the export has; may be repeated, for other platforms',
      readPair('wechat=wx0123456789abcdef'),
    )
    .option('--map <key=platform:app id>', "the app of another of the source's keys; may be repeated", readPair('weapp2=wechat:wx0123'))
    .option('--ignore-key <keys...>', "the source's keys whose identities are left out")
    .option('--drop <parts>', `import users without these parts if they conflict: ${droppable.join(', ')}`, readDroppable)
    .option('--source-name <name>', 'name of the system, for lines of ndjson that do not say it', readSourceName, 'ndjson')
    .option('--uni-id-config <file>', "uni-id's config.json, for the passwordSecret of its older hashes")
    .option('--no-sessions', 'leave the sessions out: everyone logs in anew')
    .option('--refused <file>', 'file of refused records with the reasons; import-SOURCE.refused.ndjson if absent')
    .option('--pairs <file>', "file of accounts that seem to be one person's; import-SOURCE.pairs.ndjson if absent");

async function run(
  terminal: Terminal,
  tenant: ImportTenant,
  name: string,
  paths: readonly string[],
  options: ImportOptions,
): Promise<Report> {
  const { dryRun = false, accept = false, sessions, drop = [], uniIdConfig } = options;
  const source = sourceNamed(name);
  const keyOptions = { platformApps: options.platformApp ?? {}, mapped: options.map ?? {}, ignored: options.ignoreKey ?? [] };
  const id = importIdOf(name, paths, [keyOptions, drop.toSorted(), options.sourceName, sessions]);
  const interrupted = dryRun ? undefined : await findInterrupted(tenant, id);
  const job = (isCheck: boolean, { refusedBytes, pairsBytes }: ImportState): ImportJob => ({
    source: sessions ? source : { ...source, convert: (...given) => withoutSessions(source.convert(...given)) },
    options: {
      keys: createKeyMap(keyOptions),
      sourceName: options.sourceName,
      now: tenant.now(),
      uniIdSecrets: uniIdConfig === undefined ? new Map() : readUniIdSecrets(uniIdConfig),
    },
    paths,
    drop: new Set(drop),
    dryRun: isCheck,
    refused: new OutputFile(options.refused ?? `import-${name}.refused.ndjson`, refusedBytes),
    pairs: new OutputFile(options.pairs ?? `import-${name}.pairs.ndjson`, pairsBytes),
    onProgress: createProgress(isCheck ? 'checking' : 'importing', terminal.errors),
  });
  if (!interrupted) {
    const checked = await runTimed(tenant, job(true, newState(id)), newState(id));
    const obstacles = obstaclesOf(checked.state.counts, accept);
    if (dryRun || obstacles.length > 0) {
      if (!dryRun) terminal.errors(`Nothing was imported:\n${obstacles.map((line) => `- ${line}\n`).join('')}`);
      return { data: { imported: false, ...checked.report, ...(dryRun && { obstacles }) }, ok: dryRun || obstacles.length === 0 };
    }
  } else terminal.errors(`Resuming after ${interrupted.counts.records} records, which an interrupted import has committed\n`);
  const begin = interrupted ?? newState(id);
  const { report } = await runTimed(tenant, job(false, begin), begin);
  await recordActs(tenant, { event: 'users_imported', userId: undefined });
  return { data: { imported: true, ...report } };
}

async function runTimed(tenant: ImportTenant, job: ImportJob, begin: ImportState) {
  const started = performance.now();
  try {
    const state = await runImport(tenant, job, begin);
    const seconds = (performance.now() - started) / 1000;
    const files = {
      ...(job.refused.isUsed && { refused_file: job.refused.path }),
      ...(job.pairs.isUsed && { pairs_file: job.pairs.path }),
    };
    return { state, report: { ...reportOf(state.counts, state.counts.records - begin.counts.records, seconds), ...files } };
  } finally {
    job.refused.close();
    job.pairs.close();
  }
}

const withoutSessions = <User extends { sessions: unknown[] }>(user: User | undefined) => user && { ...user, sessions: [] };

/** @throws InvalidArgumentError, which Commander shows with the option's name */
function readSourceName(text: string): string {
  if (!isSourceName(text)) throw new InvalidArgumentError('It must be a name of at most 32 lower-case letters, digits and dashes.');
  return text;
}

/** @throws InvalidArgumentError */
function readDroppable(text: string): Droppable[] {
  return text.split(',').map((name) => {
    const part = droppable.find((known) => known === name.trim());
    if (!part) throw new InvalidArgumentError(`There is no part ${name}; there are ${droppable.join(', ')}.`);
    return part;
  });
}
