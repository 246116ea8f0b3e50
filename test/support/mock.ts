import { freePort, startCommand, stopCommand } from './command.ts';

/** Starts Prism on the bundle. */
export async function startMock(): Promise<{ origin: string; stop: () => Promise<unknown> }> {
  const port = await freePort();
  const mock = await startCommand(
    // Not through npx, which would leave it running when it is ended itself.
    'node_modules/.bin/prism',
    ['mock', 'generated/openapi.json', '--port', String(port), '--verboseLevel', 'info'],
    'is listening',
  );
  return { origin: `http://127.0.0.1:${port}`, stop: () => stopCommand(mock) };
}
