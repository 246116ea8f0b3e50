/**
 * Limits of load and cost: each client id has its own count. All others protect accounts, which the client ids of a pool share, so the pool
 * has one count.
 */
const perClient: ReadonlySet<string> = new Set([
  'platform_ip',
  'list_user',
  'list_ip',
  'update_user',
  'update_ip',
  'anonymous_ip',
  'send_ip',
  'sms_app',
  'mail_app',
]);

export const isPerClient = (limit: string): boolean => perClient.has(limit);
