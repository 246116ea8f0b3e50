import { isRecord } from '../accounts/sameJson.ts';
import type { Sealing } from '../crypto/vault.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Tenant } from '../store/tenant.ts';
import { analyze } from './bulk.ts';
import { type Droppable, type ImportedUser, type Problem, RefusedRecord, recordOf } from './importedUser.ts';
import { type ImportState, recordState } from './importRow.ts';
import { type ReadBytes, sizeOf } from './input/chunks.ts';
import type { RawRecord } from './input/rawRecord.ts';
import { readRecords } from './input/records.ts';
import { claimsOf, keyOf } from './keys.ts';
import type { OutputFile } from './outputFile.ts';
import { findOwners, nameOwner, type Owners } from './owners.ts';
import { ownKeysOf, type Pair, type Plan, planBatch } from './plan.ts';
import { type PreparedUser, prepareUser } from './prepare.ts';
import type { ProgressFigures } from './progress.ts';
import { countPlan, countProblems } from './report.ts';
import { Scratch } from './scratch.ts';
import type { Source, SourceOptions } from './source.ts';
import { writeBatch } from './write.ts';

export type ImportTenant = Tenant & Sealing;

export interface ImportJob {
  source: Source;
  options: SourceOptions;
  paths: readonly string[];
  drop: ReadonlySet<Droppable>;
  /** Whether nothing is written but the files of refused records and pairs. */
  dryRun: boolean;
  refused: OutputFile;
  pairs: OutputFile;
  onProgress(figures: ProgressFigures): void;
}

/** Tables whose statistics an import makes obsolete. */
const writtenTables = ['users', 'login_names', 'login_claims', 'identities', 'sessions'] as const;

/** Records in a transaction: enough for the speed, and few enough that logins of a running server hardly wait. */
const batchSize = 1000;

/**
 * Imports users, or resumes an import, batch by batch. Each batch is committed with the position after it.
 *
 * @param state the position to begin at; its counts are those of all records before it
 */
export async function importUsers(tenant: ImportTenant, job: ImportJob, state: ImportState): Promise<ImportState> {
  const { source, paths, dryRun } = job;
  const read: ReadBytes = { bytes: 0 };
  const size = await sizeOf(paths);
  const skipped = state.counts.records;
  const scratch = dryRun ? new Scratch() : undefined;
  let after = state;
  let passed = 0;
  let nextAnalysis = 1;
  // The next batch is parsed and sealed while the database works on this one.
  let writing = Promise.resolve();
  try {
    for await (const records of readRecords(paths, source, read, batchSize)) {
      passed += records.length;
      const rest = records.slice(Math.max(0, records.length - (passed - skipped)));
      if (rest.length === 0) continue;
      const batch = await convertBatch(job, rest);
      await writing;
      writing = runBatch(tenant, job, batch, after, scratch).then(async (next) => {
        after = next;
        if (!dryRun && after.counts.new >= nextAnalysis) {
          await analyze(tenant.store, writtenTables);
          nextAnalysis = after.counts.new * 4;
        }
        job.onProgress({ records: after.counts.records, skipped, done: read.bytes / Math.max(size, 1) });
      });
      // A failure is reported when it is awaited.
      writing.catch(() => undefined);
    }
    await writing;
    if (!dryRun) await inTransaction(tenant, (tx) => recordState(tx, source.name, after, true));
    return after;
  } finally {
    scratch?.close();
  }
}

/** The records of a batch, with what became of each before the database is asked. */
interface Batch {
  records: number;
  closed: number;
  users: { record: RawRecord; prepared: PreparedUser }[];
  refused: { record: RawRecord; problems: Problem[] }[];
}

async function convertBatch({ source, options }: ImportJob, records: readonly RawRecord[]): Promise<Batch> {
  const batch: Batch = { records: records.length, closed: 0, users: [], refused: [] };
  for (const record of records) {
    try {
      const user = convert(source, options, record);
      if (user) batch.users.push({ record, prepared: await prepareUser(user) });
      else batch.closed++;
    } catch (error) {
      if (!(error instanceof RefusedRecord)) throw error;
      batch.refused.push({ record, problems: [{ kind: 'line', reason: error.message }] });
    }
  }
  return batch;
}

function convert(source: Source, options: SourceOptions, { value, problem }: RawRecord): ImportedUser | undefined {
  if (problem !== undefined) throw new RefusedRecord(problem);
  if (!isRecord(value)) throw new RefusedRecord('is no object');
  return source.convert(value, options);
}

async function runBatch(tenant: ImportTenant, job: ImportJob, batch: Batch, before: ImportState, scratch?: Scratch): Promise<ImportState> {
  const users = batch.users.map(({ prepared }) => prepared);
  const finish = (plans: readonly Plan[]): ImportState => {
    const state: ImportState = structuredClone(before);
    state.counts.records += batch.records;
    state.counts.closed += batch.closed;
    state.counts.refused += batch.refused.length;
    for (const { problems } of batch.refused) countProblems(state.counts, problems);
    for (const plan of plans) countPlan(state.counts, plan);
    state.refusedBytes = job.refused.write(refusedLines(batch, plans));
    state.pairsBytes = job.pairs.write(plans.flatMap((plan) => ('pairs' in plan ? plan.pairs.map(pairLine) : [])));
    return state;
  };
  const plan = async (owners: Owners) => planBatch(users, owners, job.drop);
  let state: ImportState;
  if (scratch) {
    const owners = await findOwners(tenant, users);
    scratch.find(users.flatMap(keysOf), owners);
    const plans = await plan(owners);
    scratch.add(plans.flatMap((each) => (each.outcome === 'new' || each.outcome === 'changed' ? ownKeysOf(each.prepared) : [])));
    state = finish(plans);
  } else {
    state = await inTransaction(tenant, async (tx) => {
      const owners = await findOwners(tx, users);
      const there = new Set(owners.keys());
      const plans = await plan(owners);
      await writeBatch(tx, plans, there);
      const next = finish(plans);
      await recordState(tx, job.source.name, next);
      return next;
    });
  }
  job.refused.keep(state.refusedBytes);
  job.pairs.keep(state.pairsBytes);
  return state;
}

/** The keys that a user has, or must not claim from another. */
const keysOf = (user: PreparedUser): string[] => [...ownKeysOf(user).map(([key]) => key), ...claimsOf(user).map(keyOf.name)];

function refusedLines(batch: Batch, plans: readonly Plan[]): object[] {
  const unread = batch.refused.map(({ record, problems }) => ({ place: record.place, problems, record: record.value ?? record.text }));
  const refused = plans.flatMap((plan, place): object[] => {
    const { record } = batch.users[place] ?? {};
    if (plan.outcome === 'refused') return [{ place: record?.place, problems: plan.problems, record: record?.value }];
    if ('dropped' in plan && plan.dropped.length > 0) return [{ place: record?.place, imported_without: plan.dropped }];
    return [];
  });
  return [...unread, ...refused];
}

/** A pair, with the suggestion to keep the older account. */
function pairLine({ by, prepared: { user }, other }: Pair): object {
  const isOlder = user.createdAt !== undefined && other.createdAt !== undefined && user.createdAt < other.createdAt;
  const [record, owner] = [`record ${recordOf(user)}`, nameOwner(other)];
  return { by, accounts: [record, owner], suggestion: { keep: isOlder ? record : owner, merge: isOlder ? owner : record } };
}
