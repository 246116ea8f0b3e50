import { Command, CommanderError } from 'commander';
import { addApp } from './addApp.ts';
import { audit } from './audit.ts';
import { banUser } from './banUser.ts';
import { checkApps } from './checkApps.ts';
import { clearLimits } from './clearLimits.ts';
import { CheckFailed } from './command.ts';
import { deleteUser } from './deleteUser.ts';
import { exportUser } from './exportUser.ts';
import { findUser } from './findUser.ts';
import { freePhone } from './freePhone.ts';
import { listApps } from './listApps.ts';
import { listSessions } from './listSessions.ts';
import { moveIdentity } from './moveIdentity.ts';
import { printable } from './print.ts';
import { renamePlatformApp } from './renamePlatformApp.ts';
import { revokeSessions } from './revokeSessions.ts';
import { rotateSecretKey } from './rotateSecretKey.ts';
import type { Terminal } from './terminal.ts';
import { unbanUser } from './unbanUser.ts';
import { unlinkIdentity } from './unlinkIdentity.ts';

const commands = [
  listApps,
  addApp,
  checkApps,
  findUser,
  listSessions,
  revokeSessions,
  banUser,
  unbanUser,
  unlinkIdentity,
  moveIdentity,
  renamePlatformApp,
  freePhone,
  exportUser,
  deleteUser,
  audit,
  clearLimits,
  rotateSecretKey,
];

/**
 * Does one operator's command.
 *
 * @returns the exit code: 0 when done, 1 when it could not be done or a check failed, 2 for a wrong command line
 */
export async function runAdmin(args: string[], given: Terminal): Promise<number> {
  // Error texts quote input and stored values.
  const terminal = { ...given, errors: (text: string) => given.errors(printable(text)) };
  const program = new Command('admin')
    .description("What an operator does to a running server's apps and users. It reads the same environment as the server.")
    .addHelpText('after', '\nExit codes: 0 done, 1 could not be done or a check failed, 2 the command line is wrong.')
    .configureOutput({ writeOut: terminal.output, writeErr: terminal.errors })
    .exitOverride();
  for (const command of commands) program.addCommand(command(terminal).copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed it already, and --help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CheckFailed)) terminal.errors(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
