import { ApiError } from '../errors.ts';

/**
 * Words a failure to send mail for an operator: names the setting behind it, by Nodemailer's error code.
 *
 * @param recipient the option that has the address, or the address
 */
export function mailFault(error: unknown, recipient: string): unknown {
  if (!(error instanceof ApiError) || error.code !== 'delivery_unavailable') return error;
  return new Error(`${adviceFor(recipient, error.detail)}: ${JSON.stringify(error.detail)}`, { cause: error });
}

function adviceFor(recipient: string, { smtp_fault, smtp_cause, smtp_command }: Record<string, unknown> = {}): string {
  if (smtp_fault === 'EAUTH')
    return 'SMTP_URL: the mail server refused the user name or password; many mailboxes need an authorisation code (授权码) as the password';
  if (smtp_fault === 'EENVELOPE' && smtp_command === 'MAIL FROM')
    return 'MAIL_FROM: the mail server does not send for this address; most send only for the one that logs in';
  if (smtp_fault === 'EENVELOPE') return `${recipient}: the mail server does not accept this recipient`;
  if (smtp_fault === 'EMESSAGE') return 'MAIL_FROM: the mail server refused the mail, probably because of its sender';
  if (String(smtp_cause).includes('CERT') || String(smtp_cause).includes('SIGNED'))
    return "SMTP_URL: the mail server's certificate is not trusted; NODE_EXTRA_CA_CERTS adds an authority";
  return 'SMTP_URL: the mail server cannot be reached. smtps:// is for port 465, smtp:// for 587 and 25, which many clouds block';
}
