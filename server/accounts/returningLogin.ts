import { expressionBuilder, type QueryCreator, sql } from 'kysely';
import { type AuditEntry, insertEntry, toEntry } from '../audit/entries.ts';
import { countAccount } from '../observe/currentRequest.ts';
import type { Identity } from '../platforms/platform.ts';
import { isPostgres } from '../store/isPostgres.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { Schema, Store } from '../store/schema.ts';
import { lostConflict } from '../store/store.ts';
import { formerToStore } from './formerOpenids.ts';
import { countIsOver, type Exchange, type IdentityTenant, toExchange, updateExchangeOf } from './identities.ts';
import type { Login } from './logIn.ts';
import { deleteOldest, deleteOldestSessions, insertSession, newSession, type SessionColumns } from './sessions.ts';
import { findRecord, recordColumns, toCurrentUser } from './users.ts';

/** The values that the login of a returning person writes. */
type ReturningLogin = Exchange &
  Omit<SessionColumns, 'id'> &
  Omit<AuditEntry, 'tenant_id' | 'user_id' | 'method' | 'error_code' | 'done_by'> & {
    session_id: number;
    unionid: string | null;
    former: string | null;
    /** Maximum number of exchanges of an identity in a window. */
    limit: number;
  };

/** PostgreSQL's largest integer. */
const unlimited = 2 ** 31 - 1;

/** Stores an exchange, unless it reports another unionid or former openid, exceeds the identity's limit, or its user is anything but active. */
const updateKnown = (store: QueryCreator<Schema>, login: Placeholders<ReturningLogin>) =>
  updateExchangeOf(store, login)
    .where(({ eb, or, cast, val }) => or([eb(cast(val(login.unionid), 'text'), 'is', null), eb('unionid', '=', login.unionid)]))
    .where(({ eb, or, cast, val }) => or([eb(cast(val(login.former), 'text'), 'is', null), eb('former_openid', '=', login.former)]))
    .where((row) => row.or([countIsOver(row, login), row('exchanges', '<', login.limit)]))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('users')
          .select('users.id')
          .where('users.tenant_id', '=', login.tenantId)
          .whereRef('users.id', '=', 'identities.user_id')
          .where('users.state', '=', sql.lit('active')),
      ),
    );

const { val, cast } = expressionBuilder<Schema>();

/** The whole login as one PostgreSQL statement, with casts for types that PostgreSQL cannot infer. */
const logInAtOnce = prepare((store, login: Placeholders<ReturningLogin>) =>
  store
    .with('owner', (query) => updateKnown(query, login))
    .with('opened', (query) =>
      query
        .insertInto('sessions')
        .columns(['tenant_id', 'user_id', 'platform', 'token_hash', 'id', 'created_at', 'last_used_at', 'address', 'expires_at'])
        .expression(
          query
            .selectFrom('owner')
            .select([
              'tenant_id',
              'user_id',
              val(login.platform).as('platform'),
              val(login.token_hash).as('token_hash'),
              cast(val(login.session_id), 'bigint').as('id'),
              cast(val(login.created_at), 'bigint').as('created_at'),
              cast(val(login.last_used_at), 'bigint').as('last_used_at'),
              val(login.address).as('address'),
              cast(val(login.expires_at), 'bigint').as('expires_at'),
            ]),
        ),
    )
    .with('ended', (query) => sql`(${deleteOldest(store, login.tenantId, query.selectFrom('owner').select('user_id').$asScalar())})`)
    .with('recorded', (query) =>
      query
        .insertInto('audit_entries')
        .columns(['tenant_id', 'user_id', 'method', 'at', 'id', 'event', 'operation', 'ip', 'request_id', 'own_request_id'])
        .expression(
          query
            .selectFrom('owner')
            .select([
              'tenant_id',
              'user_id',
              val(login.platform).as('method'),
              cast(val(login.at), 'bigint').as('at'),
              cast(val(login.id), 'bigint').as('id'),
              val(login.event).as('event'),
              val(login.operation).as('operation'),
              val(login.ip).as('ip'),
              val(login.request_id).as('request_id'),
              val(login.own_request_id).as('own_request_id'),
            ]),
        )
        .onConflict((conflict) => conflict.doNothing()),
    )
    .selectFrom('owner')
    .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'owner.tenant_id').onRef('users.id', '=', 'owner.user_id'))
    .leftJoin('identities', (join) =>
      join.onRef('identities.tenant_id', '=', 'users.tenant_id').onRef('identities.user_id', '=', 'users.id'),
    )
    .select(recordColumns),
);

const updateKnownAlone = prepare(updateKnown);
/** The same login as statements of one transaction, for SQLite, which has no `with` that writes. */
const logInBySteps = (store: Store, login: ReturningLogin) =>
  store.transaction().execute(async (tx) => {
    const [owner] = await updateKnownAlone(tx, login);
    if (!owner) return [];
    const ids = { tenant_id: owner.tenant_id, user_id: owner.user_id };
    await deleteOldestSessions(tx, ids);
    await insertSession(tx, { ...login, ...ids, id: login.session_id });
    await insertEntry(tx, { ...login, ...ids, method: login.platform, error_code: null, done_by: null });
    return findRecord(tx, { tenantId: ids.tenant_id, id: ids.user_id });
  });

/**
 * Logs a person in whose exchange reports nothing new, as in most logins. Follows the rules of `logIn` and `findOwner` in one round trip,
 * and shares its commit with other logins.
 *
 * Measured in CPU time of a silent login (`npm run bench -- --only login`): 450 µs on PostgreSQL; as an ordinary
 * transaction, 1,902 µs.
 *
 * @returns undefined if nothing was written: the identity is new, has other ids, has exceeded its limit, or its user is not active
 */
export async function logInReturning(tenant: IdentityTenant, identity: Identity): Promise<Login | undefined> {
  const { store, rateLimits, now } = tenant;
  const { platform, openid, unionid = null } = identity;
  const { sessionToken, columns } = newSession(now());
  const { id: session_id, ...times } = columns;
  const login: ReturningLogin = {
    ...toExchange(tenant, identity, openid),
    ...toEntry(tenant, { event: 'login', userId: undefined }),
    ...times,
    session_id,
    unionid,
    former: formerToStore(identity),
    limit: rateLimits?.identity.limit ?? unlimited,
  };
  const [first, ...more] = await (isPostgres(store) ? logInAtOnce(store, login) : logInBySteps(store, login)).catch(ifNothingWritten);
  if (first) countAccount('logins', tenant, platform);
  return first && { session: sessionToken, user: toCurrentUser([first, ...more], platform, tenant.platformApps) };
}

/** A login that lost a deadlock, as with the closing of the account, is left to `logIn`, whose transaction locks in order. */
function ifNothingWritten(error: unknown): [] {
  if (lostConflict(error)) return [];
  throw error;
}
