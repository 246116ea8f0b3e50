import type { App } from '../config/apps.ts';
import { clientScopeOf } from '../config/pools.ts';
import { hashToken, newToken } from '../crypto/tokens.ts';
import type { Sealing } from '../crypto/vault.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import { latestEnd } from '../process/time.ts';
import type { LoginName, MailLinkKind } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { deliveryUnavailable } from '../upstream/delivery.ts';
import type { Mailer, MailServices } from './mailer.ts';
import { composeMail, type Description } from './mails.ts';

/** The page and the lifetime in seconds of each kind of link. */
export const links: Record<MailLinkKind, { path: string; lifetime: number }> = {
  verification: { path: '/email-verification', lifetime: 86_400 },
  reset: { path: '/password-reset', lifetime: 3600 },
};

/** A valid link, which shows that its holder can read mail to this address. */
export interface MailLink {
  userId: number;
  address: LoginName;
}

/** @throws delivery_unavailable if the server cannot send mail */
export function requireMailer({ mailer }: { mailer: Mailer | undefined }): Mailer {
  if (!mailer) throw deliveryUnavailable({ fault: 'SMTP_URL is not set' });
  return mailer;
}

/** Services for mailing links. */
interface LinkServices extends MailServices {
  mailer: Mailer | undefined;
  publicUrl: string;
}

/** The account of a mailed link. */
export interface Addressee {
  userId: number;
  /** Distinguishes the account from others in the mail. */
  description?: Description;
}

/**
 * Mails an address one link for each account that it may belong to. The accounts' earlier links of this kind become invalid, unless
 * sending fails.
 *
 * @throws rate_limited after one mail in a minute or ten in 24 hours to the address, or to a sole account's user; delivery_unavailable
 */
export async function mailLinks(
  tenant: Tenant & Sealing,
  app: App,
  services: LinkServices,
  kind: MailLinkKind,
  address: string,
  addressees: readonly Addressee[],
): Promise<void> {
  const mailer = requireMailer(services);
  const mailed = addressees.map(({ userId, description }) => {
    const token = newToken();
    const url = `${services.publicUrl}${links[kind].path}?${new URLSearchParams({ token, app: clientScopeOf(app, tenant.id) })}`;
    return { userId, token, url, ...(description !== undefined && { description }) };
  });
  const send = async () => {
    await mailer.send({ clientId: app.client_id, to: address, ...composeMail(kind, app.name, mailed) }, services);
    await tenant.store
      .insertInto('mail_links')
      .values(
        mailed.map(({ userId, token }) => ({
          tenant_id: tenant.id,
          user_id: userId,
          kind,
          token_hash: hashToken(token),
          address,
          expires_at: tenant.now() + links[kind].lifetime,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'user_id', 'kind']).doUpdateSet(({ ref }) => ({
          token_hash: ref('excluded.token_hash'),
          address: ref('excluded.address'),
          expires_at: ref('excluded.expires_at'),
        })),
      )
      .execute();
  };
  const [only, ...others] = addressees;
  // Counts by user too, because a user may change the address; not for several claimants, who must not use up each other's allowance.
  const subjects = only && others.length === 0 ? [`user ${only.userId}`, address] : [address];
  await withinAllowance(tenant, { kind, subjects, refusal: 'rate_limited' }, send);
}

/** Finds the link of a token, unless it was used or replaced, has expired, or its user's address has changed. Changes nothing. */
export async function findLink({ id, store, now }: Tenant, kind: MailLinkKind, token: string): Promise<MailLink | undefined> {
  const row = await store
    .selectFrom('mail_links')
    .innerJoin('users', (users) =>
      users
        .onRef('users.tenant_id', '=', 'mail_links.tenant_id')
        .onRef('users.id', '=', 'mail_links.user_id')
        .on(({ eb, or, ref }) =>
          or([eb('users.email', '=', ref('mail_links.address')), eb('users.email_proved', '=', ref('mail_links.address'))]),
        ),
    )
    .select(['mail_links.user_id', 'mail_links.address'])
    .where('mail_links.tenant_id', '=', id)
    .where('mail_links.kind', '=', kind)
    .where('mail_links.token_hash', '=', hashToken(token))
    .where('mail_links.expires_at', '>', now())
    .where('mail_links.expires_at', '<=', latestEnd(now(), links[kind].lifetime))
    .executeTakeFirst();
  return row && { userId: row.user_id, address: row.address };
}

/** Redeems a token once, even in concurrent requests. The action that it allows must be in the same transaction. */
export async function redeemLink(tx: Transaction, kind: MailLinkKind, token: string): Promise<MailLink | undefined> {
  const link = await findLink(tx, kind, token);
  if (!link) return undefined;
  const { numDeletedRows } = await tx.store
    .deleteFrom('mail_links')
    .where('tenant_id', '=', tx.id)
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst();
  return numDeletedRows === 0n ? undefined : link;
}
