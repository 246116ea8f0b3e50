import { type LookupAddress, type LookupOptions, lookup as lookUp } from 'node:dns';
import type { Dispatcher } from 'undici';
import { isPublicAddress, literalAddress } from './publicAddress.ts';

/** Maximum bytes of an answer, which is ignored. */
const answerLimit = 64 * 1024;

/** The error for an endpoint whose address is not public, if the app does not allow that. */
export class PrivateAddress extends Error {}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Looks up a name for a connection, which uses exactly these addresses, so a later change of the name has no effect. Refuses a name if one
 * of its addresses is not public.
 */
export function lookUpPublic(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(new PrivateAddress(), []);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first?.address ?? '', first?.family);
  });
}

/**
 * A dispatcher that connects only to public addresses.
 *
 * No proxy of the environment is used: it would look the name up itself.
 */
export async function publicAgent(): Promise<Dispatcher> {
  const { default: undici } = await import('undici');
  const connectTo = undici.buildConnector({ autoSelectFamily: true, lookup: lookUpPublic });
  return new undici.Agent({
    maxResponseSize: answerLimit,
    connect(options, callback) {
      // A literal address is not looked up.
      const address = literalAddress(options.hostname);
      if (address !== undefined && !isPublicAddress(address)) callback(new PrivateAddress(), null);
      else connectTo(options, callback);
    },
  });
}

/** A dispatcher for endpoints that may have any address. */
export async function anyAgent(): Promise<Dispatcher> {
  const { default: undici } = await import('undici');
  return new undici.Agent({ maxResponseSize: answerLimit, connect: { autoSelectFamily: true } });
}
