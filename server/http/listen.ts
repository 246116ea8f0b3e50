import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '../config/settings.ts';

type Address = Pick<Settings, 'host' | 'port'>;

/** Explanations of why a server cannot listen, by Node's error code. */
const faults: Record<string, (address: Address) => string> = {
  EADDRINUSE: ({ host, port }) => `PORT: ${port} at ${host} is in use by another process; stop it, or set another PORT`,
  EACCES: ({ port }) => `PORT: ${port} may not be used by this user; set PORT to one above 1023`,
  EADDRNOTAVAIL: ({ host }) => `HOST: ${host} is not an address of this machine; 0.0.0.0 means all of them`,
  ENOTFOUND: ({ host }) => `HOST: ${host} does not resolve to an address`,
  EAI_AGAIN: ({ host }) => `HOST: ${host} cannot be looked up now: the name server does not answer`,
};

/** @throws an error that names the setting to correct */
export async function listen(server: Server, address: Address): Promise<AddressInfo> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(address.port, address.host, resolve));
  } catch (error) {
    const fault = error instanceof Error && 'code' in error ? faults[String(error.code)] : undefined;
    throw fault ? new Error(fault(address), { cause: error }) : error;
  }
  return server.address() as AddressInfo;
}
