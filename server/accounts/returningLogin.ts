import { type QueryCreator, sql } from 'kysely';
import { type AuditEntry, insertEntry, toEntry } from '../audit/entries.ts';
import { prepare, runTogether } from '../store/prepared.ts';
import type { NewSession, Schema } from '../store/schema.ts';
import {
  countIsOver,
  type Exchange,
  type Identity,
  type IdentityTenant,
  sessionKeyContext,
  toExchange,
  touchIdentity,
} from './identities.ts';
import type { Login } from './logIn.ts';
import { endOldest, newSession, openWithin, ownedSession, ownedSessionColumns } from './sessions.ts';
import { findRecord, recordColumns, toCurrentUser } from './users.ts';

type ReturningLogin = Exchange &
  Pick<NewSession, 'token_hash' | 'created_at' | 'expires_at'> &
  Pick<AuditEntry, 'at' | 'id' | 'event' | 'operation' | 'ip' | 'request_id' | 'own_request_id'> & {
    unionid: string | null;
    /** How many exchanges an identity may have in a window of time. */
    limit: number;
  };

/** More than any identity has; as much as an integer of PostgreSQL can be. */
const unlimited = 2 ** 31 - 1;

/** Keeps an exchange that says nothing new of an identity, unless it is one too many. */
const keepKnown = (store: QueryCreator<Schema>, login: ReturningLogin) =>
  touchIdentity(store, login)
    .where(({ eb, or, cast, val }) => or([eb(cast(val(login.unionid), 'text'), 'is', null), eb('unionid', '=', login.unionid)]))
    .where((row) => row.or([countIsOver(row, login), row('exchanges', '<', login.limit)]));

const keepKnownAlone = prepare(keepKnown);

const logInAtOnce = prepare((store, login: ReturningLogin) =>
  store
    .with('owner', (steps) => keepKnown(steps, login))
    .with('opened', (steps) =>
      steps
        .insertInto('sessions')
        .columns(ownedSessionColumns)
        .expression(steps.selectFrom('owner').select(ownedSession(login))),
    )
    .with('ended', (steps) => sql`(${endOldest(store, login.appId, steps.selectFrom('owner').select('user_id').$asScalar())})`)
    .with('noted', (steps) =>
      steps
        .insertInto('audit_entries')
        .columns(['app_id', 'user_id', 'method', 'at', 'id', 'event', 'operation', 'ip', 'request_id', 'own_request_id'])
        .expression(
          steps
            .selectFrom('owner')
            .select(({ val, cast }) => [
              'app_id',
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
    .innerJoin('users', (join) => join.onRef('users.app_id', '=', 'owner.app_id').onRef('users.id', '=', 'owner.user_id'))
    .leftJoin('identities', (join) => join.onRef('identities.app_id', '=', 'users.app_id').onRef('identities.user_id', '=', 'users.id'))
    .select(recordColumns),
);

/**
 * Opens a session for a person of whom the exchange says nothing but what is known, and notes it in the audit trail. Most logins are that,
 * so it takes one statement, or what costs as little, and shares its commit with others.
 *
 * @returns undefined where nothing was done: the identity is new, has another unionid or has had too many exchanges
 */
export async function logInReturning(tenant: IdentityTenant, identity: Identity): Promise<Login | undefined> {
  const { id: appId, store, rateLimits, now } = tenant;
  const { platform } = identity;
  const { answer, kept } = newSession(now());
  const entry = toEntry(tenant, { event: 'login', userId: undefined, method: platform });
  const login: ReturningLogin = {
    ...toExchange(tenant, identity, identity.openid),
    ...entry,
    unionid: identity.unionid ?? null,
    limit: rateLimits?.identity.limit ?? unlimited,
    ...kept,
  };
  const [first, ...more] = await runTogether(store, {
    // Whose session went with the power logs in once more.
    durable: 'soon',
    order: sessionKeyContext(appId, platform, identity.openid),
    statement: () => logInAtOnce.fill(store, login),
    steps(run) {
      const [owner] = run(keepKnownAlone.fill(store, login));
      if (!owner) return [];
      openWithin(run, store, { app_id: appId, user_id: owner.user_id, platform, ...kept });
      run(insertEntry.fill(store, { ...entry, user_id: owner.user_id }));
      return run(findRecord.fill(store, { appId, id: owner.user_id }));
    },
  });
  return first && { session: answer, user: toCurrentUser([first, ...more], platform) };
}
