import * as z from 'zod';
import { escapeHint, isCutUrl } from '../http/cutUrl.ts';

const needed = z.string({ error: 'is needed with SMTP_URL' });

/** Settings of the mail sender, from the environment. */
export const mailEnvironment = z
  .object({
    SMTP_URL: z
      .url({ abort: true, protocol: /^smtps?$/, error: `must be smtp://… or smtps://…; ${escapeHint}` })
      .refine((url) => !isCutUrl(url), `cannot be read: ${escapeHint}`),
    MAIL_FROM: needed.regex(/^[^<>\s]+@[^<>\s]+$|^[^<>]*<[^<>\s]+@[^<>\s]+>$/, 'must be an address or Name <address>'),
    // Behind a proxy, a link to the listening address would not lead to this server.
    PUBLIC_URL: needed,
  })
  .transform(({ SMTP_URL, MAIL_FROM }): MailSettings => ({ smtpUrl: SMTP_URL, from: MAIL_FROM }));

export interface MailSettings {
  /** `smtp://user:password@host:port`, encrypted if the server offers STARTTLS, always with `?requireTLS=true`; or `smtps://…`. */
  smtpUrl: string;
  /** `Name <address>`. */
  from: string;
}
