import { Command, CommanderError } from 'commander';
import { addApp } from './addApp.ts';
import { audit } from './audit.ts';
import { banUser } from './banUser.ts';
import { checkApps } from './checkApps.ts';
import { clearLimits } from './clearLimits.ts';
import { CheckFailed } from './command.ts';
import { createKey } from './createKey.ts';
import { deleteUser } from './deleteUser.ts';
import { exportUser } from './exportUser.ts';
import { exportUsers } from './exportUsers.ts';
import { findUser } from './findUser.ts';
import { freePhone } from './freePhone.ts';
import { importUsers } from './importUsers.ts';
import { listApps } from './listApps.ts';
import { listDeliveries } from './listDeliveries.ts';
import { listKeys } from './listKeys.ts';
import { listSessions } from './listSessions.ts';
import { listUsers } from './listUsers.ts';
import { moveIdentity } from './moveIdentity.ts';
import { printable } from './print.ts';
import { renamePlatformApp } from './renamePlatformApp.ts';
import { replayDeliveries } from './replayDeliveries.ts';
import { revokeKey } from './revokeKey.ts';
import { revokeSessions } from './revokeSessions.ts';
import { rotateSecretKey } from './rotateSecretKey.ts';
import { rotateSigningKey } from './rotateSigningKey.ts';
import { sendPasswordReset } from './sendPasswordReset.ts';
import { sendTestEvent } from './sendTestEvent.ts';
import { sendTestMail } from './sendTestMail.ts';
import { sendTestSms } from './sendTestSms.ts';
import { stats } from './stats.ts';
import type { Terminal } from './terminal.ts';
import { unbanUser } from './unbanUser.ts';
import { undoMerge } from './undoMerge.ts';
import { unlinkIdentity } from './unlinkIdentity.ts';

const commands = [
  listApps,
  addApp,
  checkApps,
  sendTestMail,
  sendTestSms,
  stats,
  listUsers,
  findUser,
  listSessions,
  revokeSessions,
  banUser,
  unbanUser,
  sendPasswordReset,
  unlinkIdentity,
  moveIdentity,
  undoMerge,
  renamePlatformApp,
  freePhone,
  exportUser,
  deleteUser,
  importUsers,
  exportUsers,
  audit,
  clearLimits,
  createKey,
  listKeys,
  revokeKey,
  listDeliveries,
  replayDeliveries,
  sendTestEvent,
  rotateSigningKey,
  rotateSecretKey,
];

/**
 * Runs an operator's command.
 *
 * @returns the exit code: 0 on success, 1 for a failure or a failed check, 2 for a wrong command line
 */
export async function runAdmin(args: string[], { errors, ...streams }: Terminal): Promise<number> {
  // Error texts quote input and stored values.
  const terminal = { ...streams, errors: (text: string) => errors(printable(text)) };
  const program = new Command('admin')
    .description('Commands for the apps and users of a running server. They read the same environment as the server.')
    .addHelpText('after', '\nExit codes: 0 success, 1 failure or failed check, 2 wrong command line.')
    .configureOutput({ writeOut: terminal.output, writeErr: terminal.errors })
    .exitOverride();
  for (const command of commands) program.addCommand(command(terminal).copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed the error already. --help also ends here, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CheckFailed)) terminal.errors(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
