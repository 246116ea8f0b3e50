/** The command `npm run mock`. */
import { parseArgs } from 'node:util';
import { createLog } from '../../server/observe/log.ts';
import { exitWithNpm } from '../../server/process/exitWithNpm.ts';
import { startMock } from '../mock.ts';

const usage = `npm run mock -- [--port NUMBER] [--dynamic] [--help]

  --port     4010 if absent; 0 for any that is free
  --dynamic  generates answers from the schemas instead of the contract's examples
  --help     this text

Once it listens, its address in a browser shows how a request chooses the answer, and each operation with the names of its examples.
`;

interface Arguments {
  port: number;
  dynamic: boolean;
  help: boolean;
}

/** @throws an error that names the argument that is wrong and what it must be */
function readArguments(): Arguments {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' }, dynamic: flag, help: { ...flag, short: 'h' } } });
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  return { port, dynamic: values.dynamic, help: values.help };
}

async function main(): Promise<void> {
  const { port, dynamic, help } = readArguments();
  if (help) return void process.stdout.write(usage);
  const { origin, stop } = await startMock({ port, dynamic, log: createLog('info') }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} is in use, perhaps by another mock; to use the next one: npm run mock -- --port ${port + 1}`);
  });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.env.npm_lifecycle_event) exitWithNpm();
  process.stdout.write(`Mock listening at ${origin} with ${dynamic ? 'generated answers' : "the contract's examples"}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`Cannot start the mock: ${error.message}\n`);
  process.exitCode = 1;
});
