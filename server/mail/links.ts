import { hashToken, newToken } from '../accounts/tokens.ts';
import { deliveryUnavailable } from '../delivery.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import type { Caller } from '../operations.ts';
import type { Services } from '../services.ts';
import type { MailLinkKind } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { latestEnd } from '../time.ts';
import type { Mailer } from './mailer.ts';
import { composeMail } from './mails.ts';

/** Where a link of each kind leads, and for how many seconds. */
export const links: Record<MailLinkKind, { path: string; lifetime: number }> = {
  verification: { path: '/email-verification', lifetime: 86_400 },
  reset: { path: '/password-reset', lifetime: 3600 },
};

/** What a link stands for: its holder reads the mail of this address. */
export interface MailLink {
  userId: number;
  address: string;
}

/** @throws delivery_unavailable where the server cannot send mail */
export function requireMailer({ mailer }: Services): Mailer {
  if (!mailer) throw deliveryUnavailable({ fault: 'SMTP_URL is not set' });
  return mailer;
}

/**
 * Mails a user a link. From then on the earlier one of its kind is worthless; it stays good where sending fails.
 *
 * @throws rate_limited past one a minute and ten in 24 hours for the user or the address; delivery_unavailable
 */
export async function mailLink({ app, appId, services }: Caller, kind: MailLinkKind, { userId, address }: MailLink): Promise<void> {
  const { publicUrl, store, now } = services;
  const mailer = requireMailer(services);
  const token = newToken();
  const link = `${publicUrl}${links[kind].path}?${new URLSearchParams({ token, app: appId })}`;
  const send = async () => {
    await mailer.send({ clientId: app.client_id, to: address, ...composeMail(kind, app.name, link) }, services);
    await store
      .insertInto('mail_links')
      .values({
        app_id: appId,
        user_id: userId,
        kind,
        token_hash: hashToken(token),
        address,
        expires_at: now() + links[kind].lifetime,
      })
      .onConflict((conflict) =>
        conflict.columns(['app_id', 'user_id', 'kind']).doUpdateSet(({ ref }) => ({
          token_hash: ref('excluded.token_hash'),
          address: ref('excluded.address'),
          expires_at: ref('excluded.expires_at'),
        })),
      )
      .execute();
  };
  // A user may change the address, and an address its user.
  await withinAllowance(services, { appId, kind, subjects: [`user ${userId}`, address], refusal: 'rate_limited' }, send);
}

/** What a token stands for, unless it was used, replaced, has expired, or its user has another address by now. Looking changes nothing. */
export async function findLink(store: Store, appId: string, kind: MailLinkKind, token: string, now: number): Promise<MailLink | undefined> {
  const row = await store
    .selectFrom('mail_links')
    .innerJoin('users', (users) =>
      users
        .onRef('users.app_id', '=', 'mail_links.app_id')
        .onRef('users.id', '=', 'mail_links.user_id')
        .on(({ eb, or, ref }) =>
          or([eb('users.email', '=', ref('mail_links.address')), eb('users.email_proved', '=', ref('mail_links.address'))]),
        ),
    )
    .select(['mail_links.user_id', 'mail_links.address'])
    .where('mail_links.app_id', '=', appId)
    .where('mail_links.kind', '=', kind)
    .where('mail_links.token_hash', '=', hashToken(token))
    .where('mail_links.expires_at', '>', now)
    .where('mail_links.expires_at', '<=', latestEnd(now, links[kind].lifetime))
    .executeTakeFirst();
  return row && { userId: row.user_id, address: row.address };
}

/** Spends a token that `findLink` finds; of many at the same time one does. What it allows is to be done in the same transaction. */
export async function redeemLink(
  transaction: Store,
  appId: string,
  kind: MailLinkKind,
  token: string,
  now: number,
): Promise<MailLink | undefined> {
  const link = await findLink(transaction, appId, kind, token, now);
  if (!link) return undefined;
  const { numDeletedRows } = await transaction
    .deleteFrom('mail_links')
    .where('app_id', '=', appId)
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst();
  return numDeletedRows === 0n ? undefined : link;
}
