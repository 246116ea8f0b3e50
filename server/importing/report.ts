import { provableKinds } from '../store/schema.ts';
import type { Problem } from './importedUser.ts';
import { namesOf, unionidsOf } from './keys.ts';
import type { Plan } from './plan.ts';
import type { PreparedUser } from './prepare.ts';

/** The counts of an import. */
export interface Counts {
  records: number;
  new: number;
  changed: number;
  unchanged: number;
  newer_here: number;
  /** Users who were merged or closed here since they were imported. */
  gone_here: number;
  /** Accounts that were closed at the source. */
  closed: number;
  refused: number;
  /** Of the new and changed users, by what they bring along. */
  with: Record<string, number>;
  /** Users that were refused or lost a part, by the reason. */
  problems: Record<string, number>;
  /** Of these, the users that are imported without the part. */
  dropped: number;
  /** Users by a key that the operator has to explain, with what to say. */
  unknown_keys: Record<string, { users: number; hint: string }>;
  /** Pairs of accounts that seem to be one person's. */
  pairs: number;
}

export const noCounts = (): Counts => ({
  records: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  newer_here: 0,
  gone_here: 0,
  closed: 0,
  refused: 0,
  with: {},
  problems: {},
  dropped: 0,
  unknown_keys: {},
  pairs: 0,
});

/** Counts the outcome of a record. */
export function countPlan(counts: Counts, plan: Plan): void {
  counts[plan.outcome]++;
  if (plan.outcome === 'unchanged' || plan.outcome === 'newer_here' || plan.outcome === 'gone_here') return;
  counts.pairs += plan.pairs.length;
  if (plan.outcome === 'refused') {
    countProblems(counts, plan.problems);
    return;
  }
  if (plan.dropped.length > 0) counts.dropped++;
  countProblems(counts, plan.dropped);
  for (const part of partsOf(plan.prepared)) counts.with[part] = (counts.with[part] ?? 0) + 1;
}

export function countProblems(counts: Counts, problems: readonly Problem[]): void {
  for (const text of new Set(problems.map(({ kind, reason }) => (kind === 'key' ? '' : `${kind} ${reason}`)))) {
    if (text !== '') add(counts.problems, text);
  }
  for (const { kind, about = '', reason } of problems) {
    if (kind !== 'key') continue;
    const users = (counts.unknown_keys[about]?.users ?? 0) + 1;
    if (users > 1 || Object.keys(counts.unknown_keys).length < mostKinds) counts.unknown_keys[about] = { users, hint: reason };
  }
}

/** Different problems, and unknown keys, that are counted: a reason may quote what a line has. */
const mostKinds = 100;

function add(counts: Record<string, number>, reason: string): void {
  const name =
    reason in counts || Object.keys(counts).length < mostKinds ? reason : 'other problems, which the file of refused records has';
  counts[name] = (counts[name] ?? 0) + 1;
}

function partsOf(prepared: PreparedUser): Set<string> {
  const { user, addresses } = prepared;
  const names = namesOf(prepared).map(({ kind }) => (kind === 'username' ? kind : `${kind}_verified`));
  const claims = provableKinds.flatMap((kind) => (addresses[kind]?.verified === false ? [`${kind}_claimed`] : []));
  const identities = user.identities.map(({ platform, platformAppId }) => `${platform} ${platformAppId}`);
  const parts = [...names, ...claims, ...identities];
  if (user.password) parts.push('password');
  if (unionidsOf(prepared).length > 0) parts.push('unionid');
  if (user.sessions.length > 0) parts.push('session');
  if (user.banned) parts.push('ban');
  if (user.anonymous) parts.push('anonymous');
  if (user.merged?.length) parts.push('merged_accounts');
  if (user.isClosed) parts.push('closed_account');
  else if (names.length + identities.length === 0 && claims.length === 0) parts.push('no_way_to_log_in');
  return new Set(parts);
}

/** The reasons why an import does not begin, in words for the operator. */
export function obstaclesOf({ unknown_keys, refused }: Counts, accept: boolean): string[] {
  const keys = Object.entries(unknown_keys).map(
    ([key, { users, hint }]) => `${users} users have an identity under the key ${key}: ${hint}`,
  );
  if (keys.length > 0 || refused === 0 || accept) return keys;
  return [`${refused} records would be refused: --accept leaves them behind, --drop imports users without the part that conflicts`];
}

/** The report for the operator: all counts that are not zero. */
export function reportOf({ records, ...counts }: Counts, handled: number, seconds: number): object {
  const present = Object.entries(counts).filter(([, value]) => (typeof value === 'number' ? value > 0 : Object.keys(value).length > 0));
  return {
    records,
    ...Object.fromEntries(present),
    seconds: Math.round(seconds * 10) / 10,
    records_per_second: Math.round(handled / Math.max(seconds, 0.001)),
    peak_memory_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
