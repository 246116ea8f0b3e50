import { provedOf } from '../accounts/claims.ts';
import type { Caller } from '../operations.ts';
import type { UserRow } from '../store/schema.ts';
import { composeNotice, type NoticeKind } from './mails.ts';

/**
 * Tells the owner of an account what was changed about it, at the address that was proved before the change; whoever has none is not told,
 * because the senders of SMS take nothing but codes. Sent once the change is kept and the request answered.
 *
 * @param before the user's row before the change
 */
export function tellOwner({ app, services }: Caller, before: UserRow, kind: NoticeKind): void {
  const { mailer, background, circuits, metrics, log } = services;
  const to = provedOf(before, 'email');
  if (!mailer || to === null) return;
  const mail = { clientId: app.client_id, to, ...composeNotice(kind, app.name) };
  background.run(() => mailer.send(mail, { circuits, metrics }), log);
}
