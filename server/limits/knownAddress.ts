import { latestEnd } from '../process/time.ts';
import type { Counting } from './buckets.ts';
import type { Subjects } from './subjects.ts';

/** Context of the fingerprints. */
const purpose = 'known_address';
/** Seconds after a login within which another one does not renew the entry, so that most logins write nothing. */
const fresh = 86_400;
/** Seconds for which an account remembers an address: at least 30 days from the last login. */
const lifetime = 30 * 86_400 + fresh;

/** An account and a network. */
type Place = Pick<Subjects, 'account' | 'network'>;

const textOf = ({ account, network }: Place) => `${account} ${network}`;

/** Records that the account's owner logged in from this address. */
export async function recordKnownAddress({ id, store, vault, now }: Counting, place: Place): Promise<void> {
  const at = now();
  await store
    .insertInto('known_addresses')
    .values({ tenant_id: id, subject: vault.fingerprint(textOf(place), purpose), until: at + lifetime })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'subject'])
        .doUpdateSet(({ ref }) => ({ until: ref('excluded.until') }))
        .where(({ or, eb }) =>
          or([eb('known_addresses.until', '<=', at + lifetime - fresh), eb('known_addresses.until', '>', latestEnd(at, lifetime))]),
        ),
    )
    .execute();
}

/**
 * Whether the account logged in from this address in the last 30 days; such addresses skip the shared guess limits. Also matches entries
 * keyed with the fallback key.
 */
export async function isKnownAddress({ id, store, vault, now }: Counting, place: Place): Promise<boolean> {
  const row = await store
    .selectFrom('known_addresses')
    .select('until')
    .where('tenant_id', '=', id)
    .where('subject', 'in', vault.fingerprints(textOf(place), purpose))
    .where('until', '>', now())
    .where('until', '<=', latestEnd(now(), lifetime))
    .executeTakeFirst();
  return row !== undefined;
}
