import { Command, InvalidArgumentError } from 'commander';
import { toJson, toYaml } from './print.ts';
import { tenantNamed } from './tenantNamed.ts';
import type { Terminal } from './terminal.ts';

/** Makes a command of the command line. */
export type CommandMaker = (terminal: Terminal) => Command;

/** The report of a command. */
export interface Report {
  /** Printed as YAML, or as JSON with `--json`. */
  data: unknown;
  /** False if a check failed. */
  ok?: boolean;
}

/** A failed check. Its report has the details already. */
export class CheckFailed extends Error {}

/** @param run its options are those that are added to the command, as Commander names them */
export const defineCommand = <Options>(
  name: string,
  description: string,
  { output }: Terminal,
  run: (options: Options, command: Command) => Promise<Report>,
): Command =>
  new Command(name)
    .description(description)
    .option('--json', 'print JSON instead of YAML')
    .action(async ({ json, ...options }, command: Command) => {
      const { data, ok = true } = await run(options, command);
      output(json ? toJson(data) : toYaml(data));
      if (!ok) throw new CheckFailed();
    });

/** A user of an app. */
export interface UserOptions {
  app: string;
  user: number;
}

export const appDescription = 'the client id, followed by /ENVIRONMENT for users of one; its whole pool is meant';

/** Adds `--app`, whose value becomes the id of the tenant that it names. */
export const addAppOption = (command: Command, { env }: Terminal): Command =>
  command.requiredOption('--app <id>', appDescription, (text) => tenantNamed(env, text));

export const addUserOptions = (command: Command, terminal: Terminal): Command =>
  addAppOption(command, terminal).requiredOption('--user <id>', "the user's id, which find-user tells", readUserId);

/** @throws InvalidArgumentError, which Commander shows with the option's name */
export function readUserId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError('It must be a whole number.');
  return id;
}
