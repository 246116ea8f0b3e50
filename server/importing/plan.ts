import { type Droppable, droppable, type Problem, recordOf } from './importedUser.ts';
import { claimsOf, keyOf, namesOf, unionidsOf } from './keys.ts';
import { isSameOwner, nameOwner, type Owner, type Owners } from './owners.ts';
import { type PreparedUser, withoutPart } from './prepare.ts';

/** The outcome of a record. */
export type Plan =
  | { outcome: 'new'; prepared: PreparedUser; dropped: Problem[]; pairs: Pair[] }
  | { outcome: 'changed'; userId: number | undefined; prepared: PreparedUser; dropped: Problem[]; pairs: Pair[] }
  /** Imported before, and not changed at the source since. */
  | { outcome: 'unchanged' }
  /** Imported before, and changed here after the source. */
  | { outcome: 'newer_here' }
  /** Imported before, and merged or closed here since. */
  | { outcome: 'gone_here' }
  | { outcome: 'refused'; problems: Problem[]; pairs: Pair[] };

/** Two accounts that seem to be one person's. They are not merged. */
export interface Pair {
  /** The value that both have: `unionid wechat oUU…`. */
  by: string;
  prepared: PreparedUser;
  other: Owner;
}

/** Plans the records of a batch in their order; the keys of those that are imported are added to the owners. */
export function planBatch(batch: readonly PreparedUser[], owners: Owners, drop: ReadonlySet<Droppable>): Plan[] {
  return batch.map((prepared) => {
    const plan = planUser(prepared, owners, drop);
    if (plan.outcome === 'new' || plan.outcome === 'changed')
      addKeys(plan.prepared, plan.outcome === 'changed' ? plan.userId : undefined, owners);
    return plan;
  });
}

function planUser(prepared: PreparedUser, owners: Owners, drop: ReadonlySet<Droppable>): Plan {
  const { user } = prepared;
  const before = owners.get(keyOf.legacy(user.source, user.legacyId));
  if (before) {
    if (before.isGone) return { outcome: user.isClosed ? 'unchanged' : 'gone_here' };
    if (user.isClosed) return { outcome: 'refused', problems: [{ ...closedThere, other: nameOwner(before) }], pairs: [] };
    if (user.updatedAt === undefined || user.updatedAt === before.updatedAt) return { outcome: 'unchanged' };
    if (before.updatedAt !== undefined && user.updatedAt < before.updatedAt) return { outcome: 'newer_here' };
  }
  const me: Owner = before ?? { record: recordOf(user) };
  const conflicts = findConflicts(prepared, me, owners);
  const problems = [...prepared.problems, ...conflicts.map(({ problem }) => problem)];
  const pairs = [...conflicts.flatMap(({ pair }) => pair ?? []), ...findPairs(prepared, me, owners)];
  if (problems.some((problem) => !isDropped(problem, drop))) return { outcome: 'refused', problems, pairs };
  const rest = problems.reduce((left, problem) => (isDropped(problem, drop) ? withoutPart(left, problem) : left), prepared);
  const planned = { prepared: rest, dropped: problems, pairs };
  return before ? { outcome: 'changed', userId: before.userId, ...planned } : { outcome: 'new', ...planned };
}

const closedThere: Problem = { kind: 'line', reason: 'was closed at the source, and has an account here' };

const isDropped = (problem: Problem, drop: ReadonlySet<Droppable>): problem is Problem & { kind: Droppable } =>
  droppable.some((kind) => kind === problem.kind && drop.has(kind));

function findConflicts(prepared: PreparedUser, me: Owner, owners: Owners): { problem: Problem; pair?: Pair }[] {
  const { user } = prepared;
  const ownerOf = (key: string): Owner | undefined => {
    const owner = owners.get(key);
    return owner && !isSameOwner(owner, me) ? owner : undefined;
  };
  const conflicts: { problem: Problem; pair?: Pair }[] = [];
  const conflict = (problem: Omit<Problem, 'other'>, owner: Owner, by?: string) =>
    conflicts.push({ problem: { ...problem, other: nameOwner(owner) }, ...(by !== undefined && { pair: { by, prepared, other: owner } }) });
  if (user.wantedId !== undefined && me.userId === undefined) {
    const owner = ownerOf(keyOf.id(user.wantedId));
    if (owner) conflict({ kind: 'id', about: String(user.wantedId), reason: 'is the id of another user' }, owner);
  }
  for (const name of namesOf(prepared)) {
    const owner = ownerOf(keyOf.name(name));
    const { kind, value } = name;
    if (owner) conflict({ kind, about: value, reason: takenWords[kind] }, owner, kind === 'username' ? undefined : keyOf.name(name));
  }
  for (const name of claimsOf(prepared)) {
    const owner = ownerOf(keyOf.name(name));
    if (owner)
      conflict({ kind: name.kind, about: name.value, reason: 'is claimed here, and verified by another user' }, owner, keyOf.name(name));
  }
  for (const identity of user.identities) {
    const owner = ownerOf(keyOf.identity(identity));
    const { platform, openid } = identity;
    if (owner)
      conflict({ kind: 'identity', about: openid, reason: `${platform} identity of another user` }, owner, keyOf.identity(identity));
    const slot = me.userId === undefined ? undefined : owners.get(keyOf.slot(me.userId, identity));
    if (slot && slot.openid !== openid)
      conflict({ kind: 'identity', about: openid, reason: 'is another openid than the user has here' }, slot);
  }
  for (const account of user.merged ?? []) {
    const own = owners.get(keyOf.legacy(account.source, account.legacyId));
    const isHere = own !== undefined && (isSameOwner(own, me) || (own.mergedInto !== undefined && own.mergedInto === me.userId));
    if (isHere) continue;
    const owner = own ?? (account.wantedId === undefined ? undefined : ownerOf(keyOf.id(account.wantedId)));
    if (owner)
      conflict({ kind: 'merged', about: recordOf(account), reason: 'was merged into this user, and is another one here' }, owner, 'merge');
  }
  return conflicts;
}

const takenWords = {
  username: 'is the username of another user',
  email: 'is verified by another user, too',
  phone: 'is verified by another user, too',
};

/** Users of one unionid are one person's, unless an open-platform account changed hands. */
function findPairs(prepared: PreparedUser, me: Owner, owners: Owners): Pair[] {
  const keys = new Set(unionidsOf(prepared).map(({ platform, unionid }) => keyOf.unionid(platform, unionid)));
  return [...keys].flatMap((by) => {
    const owner = owners.get(by);
    return owner && !isSameOwner(owner, me) ? [{ by, prepared, other: owner }] : [];
  });
}

function addKeys(prepared: PreparedUser, userId: number | undefined, owners: Owners): void {
  for (const [key, owner] of ownKeysOf(prepared, userId)) owners.set(key, owner);
}

/** The keys that a user has after the import. */
export function ownKeysOf(prepared: PreparedUser, userId?: number): [string, Owner][] {
  const { user } = prepared;
  const owner: Owner = { userId, record: recordOf(user), createdAt: user.createdAt, updatedAt: user.updatedAt ?? user.createdAt };
  return [
    [keyOf.legacy(user.source, user.legacyId), owner],
    ...(user.wantedId === undefined ? [] : [[keyOf.id(user.wantedId), owner] as [string, Owner]]),
    ...(user.merged ?? []).flatMap(({ source, legacyId, wantedId }): [string, Owner][] => [
      [keyOf.legacy(source, legacyId), owner],
      ...(wantedId === undefined ? [] : [[keyOf.id(wantedId), owner] satisfies [string, Owner]]),
    ]),
    ...namesOf(prepared).map((name): [string, Owner] => [keyOf.name(name), owner]),
    ...user.identities.map((identity): [string, Owner] => [keyOf.identity(identity), owner]),
    ...unionidsOf(prepared).map(({ platform, unionid }): [string, Owner] => [keyOf.unionid(platform, unionid), owner]),
  ];
}
