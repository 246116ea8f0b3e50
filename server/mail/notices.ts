import type { Logger } from 'pino';
import { verifiedOf } from '../accounts/claims.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import type { App } from '../config/apps.ts';
import type { Background } from '../process/background.ts';
import type { Mailer, MailServices } from './mailer.ts';
import { composeNotice } from './mails.ts';

/** Services for mailing notices, and what the server can send. */
export interface NoticeServices extends MailServices {
  /** Undefined if the server cannot send SMS. */
  sms: unknown;
  /** Undefined if the server cannot send mail. */
  mailer: Mailer | undefined;
  background: Background;
  log: Logger;
}

/** An app's policy on this server, with notices that are mailed in the background. */
export const accountPolicy = (app: App, { sms, mailer, background, circuits, metrics, log }: NoticeServices): AccountPolicy => ({
  app,
  canSend: { sms: sms !== undefined, mail: mailer !== undefined },
  tellOwner(before, notice) {
    const to = verifiedOf(before, 'email');
    if (!mailer || to === null) return;
    const mail = { clientId: app.client_id, to, ...composeNotice(notice, app.name) };
    background.run(async () => void (await mailer.send(mail, { circuits, metrics })), log);
  },
});
