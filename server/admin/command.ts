import { Command, InvalidArgumentError } from 'commander';
import { toJson, toYaml } from './print.ts';
import { tenantNamed } from './tenantNamed.ts';
import type { Terminal } from './terminal.ts';

/** Creates a command of the command line. */
export type CommandMaker = (terminal: Terminal) => Command;

/** The report of a command. */
export interface Report {
  /** Printed as YAML, or as JSON with `--json`. */
  data: unknown;
  /** False if a check failed. */
  ok?: boolean;
}

/** A failed check, whose report has been printed. */
export class CheckFailed extends Error {}

/**
 * Defines a command.
 *
 * @param description the list of commands shows its first sentence only
 * @param run receives the options that are added to the command, by Commander's names
 */
export const defineCommand = <Options>(
  name: string,
  description: string,
  { output }: Terminal,
  run: (options: Options, command: Command) => Promise<Report>,
): Command =>
  new Command(name)
    .description(description)
    .summary(firstSentence(description))
    .option('--json', 'print JSON instead of YAML')
    .action(async (...given: unknown[]) => {
      // After the arguments, if the command has any.
      const command = given.at(-1) as Command;
      const { json, ...options } = command.opts();
      const { data, ok = true } = await run(options as Options, command);
      output(json ? toJson(data) : toYaml(data));
      if (!ok) throw new CheckFailed();
    });

const firstSentence = (text: string): string => text.split(/(?<=\.)\s(?=[A-Z])/)[0]?.replace(/\.$/, '') ?? text;

/** A user of an app. */
export interface UserOptions {
  app: string;
  user: number;
}

export const appDescription = "client id, or CLIENT_ID/ENVIRONMENT; means the app's whole pool of users";

/** Adds `--app`, whose value is converted to the tenant's id. */
export const addAppOption = (command: Command, { env }: Terminal): Command =>
  command.requiredOption('--app <id>', appDescription, (text) => tenantNamed(env, text));

export const addUserOptions = (command: Command, terminal: Terminal): Command =>
  addAppOption(command, terminal).requiredOption('--user <id>', "the user's id (see find-user)", readUserId);

/** @throws InvalidArgumentError, which Commander shows with the option's name */
export function readUserId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError('It must be a whole number.');
  return id;
}

/** Reads a count up to a maximum. @throws InvalidArgumentError, as above */
export const countUpTo =
  (most: number) =>
  (text: string): number => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < 1 || count > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return count;
  };

/** A number of rows. */
export const readCount = countUpTo(10_000);
