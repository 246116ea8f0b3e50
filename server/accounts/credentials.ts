import type { QueryCreator } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { prepare, runTogether } from '../store/prepared.ts';
import type { LoginNameKind, NewSession, ProvableKind, Schema, Store } from '../store/schema.ts';
import { claimsTo, fewOf } from './claims.ts';
import { comparable } from './loginNames.ts';
import { endOldest, newSession, type OpenedSession, openWithin, ownedSession, ownedSessionColumns } from './sessions.ts';
import { findRecord, recordColumns } from './users.ts';

/** A password that was right when it was checked. */
export interface Credentials {
  userId: number;
  passwordHash: string;
}

const findNamed = prepare((store, { appId, kind, value }: { appId: string; kind: LoginNameKind; value: string }) =>
  store
    .selectFrom('login_names')
    .innerJoin('users', (join) => join.onRef('users.app_id', '=', 'login_names.app_id').onRef('users.id', '=', 'login_names.user_id'))
    .select(['users.id', 'users.password_hash'])
    .where('login_names.app_id', '=', appId)
    .where('login_names.kind', '=', kind)
    .where('login_names.value', '=', value),
);

const findClaiming = (order: 'asc' | 'desc') =>
  prepare((store, { appId, kind, value }: { appId: string; kind: ProvableKind; value: string }) =>
    claimsTo(store, appId, kind, value, order).select(['users.id', 'users.password_hash']),
  );
const findNewestClaiming = findClaiming('desc');
const findOldestClaiming = findClaiming('asc');

interface Candidate {
  id: number;
  password_hash: string | null;
}

/** Whose a name may be: the one who has the username or has proved the address or number, else those who claim it (`mostClaims`). */
export async function findCandidates(store: Store, appId: string, kind: LoginNameKind, name: string): Promise<Candidate[]> {
  const value = comparable(kind, name);
  const [named] = await findNamed(store, { appId, kind, value });
  if (named || kind === 'username') return named ? [named] : [];
  return fewOf(await findNewestClaiming(store, { appId, kind, value }), () => findOldestClaiming(store, { appId, kind, value }));
}

/**
 * The user who logs in with a name and a password.
 *
 * @throws credentials_invalid, after the same time, for a name that nobody has, a user without a password and a wrong password. A name that
 *   several claim and nobody has proved takes a hash for each, five at most.
 */
export async function findByCredentials(
  { store, passwords, audit }: Services,
  appId: string,
  kind: LoginNameKind,
  value: string,
  password: string,
): Promise<Credentials> {
  const candidates = await findCandidates(store, appId, kind, value);
  for (const { id, password_hash } of candidates) {
    const right = await passwords.verify(password_hash, password);
    if (right && password_hash !== null) return { userId: id, passwordHash: password_hash };
  }
  if (candidates.length === 0) await passwords.verify(undefined, password);
  audit.note(appId, { event: 'login_failed', userId: candidates.length === 1 ? candidates[0]?.id : undefined, method: kind });
  throw new ApiError('credentials_invalid');
}

type Opened = NewSession & { password_hash: string };

/** A password stays what it is until the transaction is over: whoever sets another waits, and finds the session that is opened now. */
const findHeld = (store: QueryCreator<Schema>, { app_id, user_id, password_hash }: Opened) =>
  store
    .selectFrom('users')
    .select(['app_id', 'id as user_id'])
    .where('app_id', '=', app_id)
    .where('id', '=', user_id)
    .where('password_hash', '=', password_hash);

const findHeldAlone = prepare(findHeld);

const openAtOnce = prepare((store, opened: Opened) =>
  store
    .with('held', (steps) => findHeld(steps, opened).forShare())
    .with('opened', (steps) =>
      steps
        .insertInto('sessions')
        .columns(ownedSessionColumns)
        .expression(steps.selectFrom('held').select(ownedSession(opened))),
    )
    .with('ended', (steps) => endOldest(store, opened.app_id, steps.selectFrom('held').select('user_id').$asScalar()))
    .selectFrom('held')
    .innerJoin('users', (join) => join.onRef('users.app_id', '=', 'held.app_id').onRef('users.id', '=', 'held.user_id'))
    .leftJoin('identities', (join) => join.onRef('identities.app_id', '=', 'users.app_id').onRef('identities.user_id', '=', 'users.id'))
    .select(recordColumns),
);

/**
 * Opens a session for who has shown a password, unless it is another by now: checking takes long, and whoever set another meanwhile has
 * logged everybody out.
 *
 * @throws credentials_invalid
 */
export async function openSessionFor(
  { store, now }: Services,
  appId: string,
  { userId, passwordHash }: Credentials,
): Promise<OpenedSession> {
  const { answer, kept } = newSession(now());
  const opened: Opened = { app_id: appId, user_id: userId, platform: null, ...kept, password_hash: passwordHash };
  const [first, ...more] = await runTogether(store, {
    // Whose session went with the power logs in once more.
    durable: 'soon',
    order: `${appId} ${userId}`,
    statement: () => openAtOnce.fill(store, opened),
    steps(run) {
      const [held] = run(findHeldAlone.fill(store, opened));
      if (!held) return [];
      openWithin(run, store, opened);
      return run(findRecord.fill(store, { appId, id: userId }));
    },
  });
  if (!first) throw new ApiError('credentials_invalid');
  return { session: answer, record: [first, ...more] };
}
