import type { App } from '../config/apps.ts';
import { clientScopeOf } from '../config/pools.ts';
import { hashToken, newToken } from '../crypto/tokens.ts';
import type { Sealing } from '../crypto/vault.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import { latestEnd } from '../process/time.ts';
import type { MailLinkKind } from '../store/schema.ts';
import type { Tenant, Transaction } from '../store/tenant.ts';
import { deliveryUnavailable } from '../upstream/delivery.ts';
import type { Mailer, MailServices } from './mailer.ts';
import { composeMail, type Description } from './mails.ts';

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
export function requireMailer({ mailer }: { mailer: Mailer | undefined }): Mailer {
  if (!mailer) throw deliveryUnavailable({ fault: 'SMTP_URL is not set' });
  return mailer;
}

/** What mailing links takes. */
interface LinkServices extends MailServices {
  mailer: Mailer | undefined;
  publicUrl: string;
}

/** An account that a mailed link is for. */
export interface Addressee {
  userId: number;
  /** What tells it from others that the mail has a link for. */
  description?: Description;
}

/**
 * Mails an address a link for each of the accounts that it may be of. From then on their earlier ones of the kind are worthless; they stay
 * good where sending fails.
 *
 * @throws rate_limited past one mail a minute and ten in 24 hours for the address, or for the user where it is one; delivery_unavailable
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
  // A user may change the address, and an address its user. Of several claimants none may use up what the address is mailed.
  const subjects = only && others.length === 0 ? [`user ${only.userId}`, address] : [address];
  await withinAllowance(tenant, { kind, subjects, refusal: 'rate_limited' }, send);
}

/** What a token stands for, unless it was used, replaced, has expired, or its user has another address by now. Looking changes nothing. */
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

/** Spends a token that `findLink` finds; of many at the same time one does. What it allows is to be done in the same transaction. */
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
