import { freePort, startCommand, stopCommand } from './command.ts';

/** Starts Prism on the bundle. */
export async function startMock(): Promise<{ origin: string; stop: () => Promise<unknown> }> {
  const port = await freePort();
  const mock = await startCommand(
    'npx',
    ['prism', 'mock', 'generated/openapi.json', '--port', String(port), '--verboseLevel', 'info'],
    'is listening',
  );
  return { origin: `http://127.0.0.1:${port}`, stop: () => stopCommand(mock) };
}
