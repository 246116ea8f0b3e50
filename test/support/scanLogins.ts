import type { CallOptions, Client, Reply } from './client.ts';

/** Addresses of a page and of phones: in its network, and elsewhere. */
export const pageIp = '203.0.113.7';
export const nearIp = '203.0.113.90';
export const farIp = '198.51.100.20';

export const from = (ip: string): Record<string, string> => ({ 'X-Forwarded-For': ip });

/** A page and phones, for a server whose proxy is trusted. */
export function scanSides({ call }: Pick<Client, 'call'>) {
  const side =
    (operationId: Parameters<Client['call']>[0]) =>
    (token: string | undefined, body: object, ip = nearIp): Promise<Reply> =>
      call(operationId, { token, body, headers: from(ip) });
  return {
    create: (options: CallOptions = {}, ip = pageIp) =>
      call('createScanLogin', { body: {}, ...options, headers: { ...from(ip), ...options.headers } }),
    poll: (poll_token: string, headers: Record<string, string> = {}) =>
      call('pollScanLogin', { body: { poll_token }, headers: { ...from(pageIp), ...headers } }),
    open: side('openScanLogin'),
    confirm: side('confirmScanLogin'),
    refuse: side('refuseScanLogin'),
  };
}
