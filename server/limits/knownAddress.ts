import { latestEnd } from '../process/time.ts';
import type { Counting } from './buckets.ts';
import type { Subjects } from './subjects.ts';

/** Context of the fingerprints. */
const purpose = 'known_address';
/** Seconds in which another login from an address need not renew it: most logins write nothing. */
const fresh = 86_400;
/** Seconds that an address is known to an account: 30 days from the last login at least. */
const lifetime = 30 * 86_400 + fresh;

/** An account and a network. */
type Place = Pick<Subjects, 'account' | 'network'>;

const textOf = ({ account, network }: Place) => `${account} ${network}`;

/** Notes that an account's owner was at an address. */
export async function noteKnownAddress({ id, store, vault, now }: Counting, place: Place): Promise<void> {
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
