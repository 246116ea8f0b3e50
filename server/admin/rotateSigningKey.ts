import { toIso } from '../process/time.ts';
import { rotateSigningKey as rotate } from '../tokens/signingKeys.ts';
import { type CommandMaker, defineCommand } from './command.ts';
import { openVault } from './openVault.ts';
import { withTenant } from './withStore.ts';

const description =
  'Create the next key that signs access tokens. Verifiers get it an hour before its first signature, and keep the current one until its ' +
  'tokens have expired. The server does this automatically every 30 days.';

export const rotateSigningKey: CommandMaker = (terminal) =>
  defineCommand('rotate-signing-key', description, terminal, ({ atOnce = false }: { atOnce?: boolean }) =>
    withTenant(terminal, '', async (tenant) => {
      const { id, signsFrom } = await rotate({ ...tenant, vault: openVault(terminal.env) }, atOnce);
      return { data: { key: id, signs_from: toIso(signsFrom) } };
    }),
  ).option(
    '--at-once',
    'if a key has leaked: deletes the current keys, which invalidates all access tokens; restart the servers afterwards',
  );
