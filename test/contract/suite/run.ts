/** Tests a running server against the contract: see `usage`. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import * as z from 'zod';

const usage = `npm run test:contract -- --url URL [--client-id ID] [--server-key KEY] [--sandbox URL] [--seed NUMBER] [--examples] [--stateless]

  --url        the server, http://127.0.0.1:3000
  --client-id  the app; sandbox if absent
  --server-key a key of the app with every scope (npm run admin -- create-key), for the operations of servers
  --sandbox    the server's sandbox, which issues login codes; URL/sandbox if absent
  --seed       the seed of the generated requests; printed at the end of a run, to repeat it
  --examples   only the contract's examples: every operation's successes and errors
  --stateless  without the cases that need stored state, as for a mock; a target that answers two logins with the same token is treated as
  one`;

const address = z.url({ protocol: /^https?$/, error: 'must be http://… or https://…' }).transform((url) => url.replace(/\/+$/, ''));
const options = z.object({
  url: address,
  'client-id': z.string().min(1).default('sandbox'),
  'server-key': z.string().min(1).optional(),
  sandbox: address.optional(),
  examples: z.boolean().default(false),
  stateless: z.boolean().default(false),
  seed: z.coerce.number().int().min(0).max(0x7fffffff).optional(),
});

try {
  const {
    url,
    sandbox = `${url}/sandbox`,
    'client-id': clientId,
    'server-key': serverKey,
    examples,
    stateless,
    seed = randomInt(0x7fffffff),
  } = readOptions();
  await fetch(url).catch((error: Error) => {
    throw new Error(`--url: no answer from ${url}: ${error.cause instanceof Error ? error.cause.message : error.message}`);
  });
  const vitest = await startVitest('test', [], {
    config: 'test/contract/suite/vitest.config.ts',
    provide: { address: { url, sandbox, clientId, serverKey, stateless }, seed, examplesOnly: examples },
  });
  await vitest.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  process.exitCode = 1;
}

/** @throws an error that names each invalid option and the expected value */
function readOptions(): z.infer<typeof options> {
  const string = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: { url: string, 'client-id': string, 'server-key': string, sandbox: string, seed: string, examples: flag, stateless: flag },
  });
  const result = options.safeParse(values);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
}
