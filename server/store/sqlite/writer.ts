import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledQuery, QueryResult } from 'kysely';
import { endOfTurn, Gathering } from '../../process/turn.ts';
import type { Write } from '../prepared.ts';
import type { SqliteCheckpointer } from './checkpointer.ts';
import { isBusy } from './faults.ts';
import type { SqliteLog } from './log.ts';
import { createStatements, type Run } from './statements.ts';

/**
 * Milliseconds that SQLite waits for another process that has the file to itself, as one does that puts it in order after a crash. Nothing
 * else runs in this one meanwhile.
 */
export const busyTimeout = 10_000;
/** Milliseconds that a write waits at most. */
const patience = 10_000;
/**
 * Milliseconds of these that SQLite itself waits at first, when nothing else runs here: longer than another process is likely to write, as
 * two that write much get on best so.
 */
const atFirst = 1000;
/** Milliseconds that it waits at a time later on, and that all else here then has. */
const atATime = 50;

/** Transactions that become durable together, or not at all. */
export interface Group {
  /** Rejects with what made the database give up the whole group. */
  durable: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/** A transaction that waits for nothing. */
interface Member {
  durable: Write<unknown>['durable'];
  work(run: Run): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Gives the transactions on one connection their turns, and one commit to all that end in the same turn of the event loop: making a
 * commit durable takes longer than all else that they do. Each is a savepoint, so one that fails takes back nothing but its own, and
 * none is over for its caller before the commit is.
 */
export class SqliteWriter {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  #group: Group | undefined;
  #busy = false;
  readonly #waiting: (() => void)[] = [];
  readonly #log: SqliteLog | undefined;
  readonly #checkpointer: SqliteCheckpointer | undefined;
  readonly #patience: number;
  readonly #members = new Gathering<Member>((members) => this.#runMembers(members));

  /**
   * @param log undefined where nothing can become durable later than it was written
   * @param checkpointer undefined where SQLite puts its log into the file by itself, or has none
   * @param waits milliseconds that a write may wait for its turn and for another process that is writing to the same file
   */
  constructor(database: DatabaseSync, log?: SqliteLog, checkpointer?: SqliteCheckpointer, waits = patience) {
    this.#database = database;
    this.#log = log;
    this.#checkpointer = checkpointer;
    this.#patience = waits;
    this.#run = createStatements(database);
  }

  /** The connection while no transaction is under way on it, which is until the caller waits for something. */
  get free(): { database: DatabaseSync; run: Run } | undefined {
    const used = this.#busy || this.#group || !this.#database.isOpen || this.#database.isTransaction;
    return used ? undefined : { database: this.#database, run: this.#run };
  }

  /**
   * Waits for its turn and starts a transaction.
   *
   * @throws where the database cannot be written to
   */
  async begin(): Promise<Group> {
    const until = performance.now() + this.#patience;
    await endOfTurn();
    await this.#takeTurn();
    try {
      this.#group ??= await this.#openGroup(until);
      this.#control('savepoint member');
      return this.#group;
    } catch (error) {
      this.#endTurn();
      throw error;
    }
  }

  /**
   * Runs a transaction that waits for nothing, beside others of the same turn.
   *
   * @param work may run again, where one of the others failed
   */
  together<T>(work: (run: Run) => T, durable: Member['durable']): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#members.add({ durable, work: (run) => (result = work(run)), resolve: () => resolve(result), reject });
    });
  }

  /** Runs a query that only reads, between the transactions. */
  async read<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await this.#takeTurn();
    try {
      return this.#run(query);
    } finally {
      this.#endTurn();
    }
  }

  /** Runs a query of the transaction whose turn it is. */
  run<R>(group: Group, query: CompiledQuery): QueryResult<R> {
    if (group !== this.#group) throw new Error('the transaction is over');
    try {
      return this.#run(query);
    } catch (error) {
      // A full disk and the like end more than the statement.
      if (!this.#database.isTransaction) this.#giveUp(error);
      throw error;
    }
  }

  /** @throws where the group could not be made durable: then nothing of it is kept */
  async commit(group: Group): Promise<void> {
    this.#leave(group, 'release member');
    await group.durable;
  }

  /** Resolves when the group is durable or gone, because what failed may have read of it. */
  async rollback(group: Group): Promise<void> {
    this.#leave(group, 'rollback to member', 'release member');
    await group.durable.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#members.flush();
    await this.#checkpointer?.close();
    await this.#takeTurn();
    this.#commitGroup();
    // SQLite itself would not where another process has the file open.
    await this.#log?.settle();
    this.#database.close();
    this.#endTurn();
  }

  /** A transaction that begins as a reader fails at once where another process has written since; one that begins as a writer waits. */
  async #openGroup(until: number): Promise<Group> {
    await this.#beginWhenFree(until);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Where all of the group has failed, nobody waits for it.
    promise.catch(() => undefined);
    setImmediate(async () => {
      await this.#takeTurn();
      this.#commitGroup();
      this.#endTurn();
    });
    return { durable: promise, resolve, reject };
  }

  #commitGroup(): void {
    try {
      if (!this.#group) return;
      this.#control('commit');
      this.#group.resolve();
      this.#group = undefined;
      this.#checkpointWhenDue();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  async #runMembers(members: Member[]): Promise<void> {
    const until = performance.now() + this.#patience;
    await this.#takeTurn();
    const soon = this.#log?.failed === false && members.every(({ durable }) => durable === 'soon');
    try {
      this.#commitGroup();
      if (soon) this.#database.exec('pragma synchronous = normal');
      await this.#runAll(members, until);
      if (soon) this.#log?.synchronizeSoon();
      this.#checkpointWhenDue();
    } catch (error) {
      for (const { reject } of members) reject(error);
    } finally {
      if (soon && this.#database.isOpen) this.#database.exec('pragma synchronous = full');
      this.#endTurn();
    }
  }

  /** Where one fails, all is taken back and the others run again without it: hardly one does, and savepoints would cost each of them. */
  async #runAll(members: Member[], until: number): Promise<void> {
    let running: Member | undefined;
    try {
      await this.#beginWhenFree(until);
      for (running of members) running.work(this.#run);
      running = undefined;
      this.#control('commit');
      for (const { resolve } of members) resolve();
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#control('rollback');
      for (const member of running ? [running] : members) member.reject(error);
      const others = members.filter((member) => member !== running);
      if (running) await this.#runAll(others, until);
    }
  }

  /** Begins as a writer. Where another process is one for long, all else goes on in the meantime, reads on their own connection too. */
  async #beginWhenFree(until: number): Promise<void> {
    for (let wait = atFirst; ; wait = atATime) {
      try {
        // Many may have run out of time together: these do not wait one after the other.
        return this.#beginWithin(performance.now() < until ? wait : 0);
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw error;
      }
      await sleep(atATime);
    }
  }

  #beginWithin(timeout: number): void {
    this.#database.exec(`pragma busy_timeout = ${timeout}`);
    try {
      this.#control('begin immediate');
    } finally {
      this.#database.exec(`pragma busy_timeout = ${busyTimeout}`);
    }
  }

  #checkpointWhenDue(): void {
    this.#checkpointer?.runWhenDue(this.#run, async (work) => {
      await this.#takeTurn();
      try {
        this.#commitGroup();
        await work();
      } finally {
        this.#endTurn();
      }
    });
  }

  #leave(group: Group, ...commands: string[]): void {
    try {
      if (group === this.#group) for (const command of commands) this.#control(command);
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#endTurn();
    }
  }

  #giveUp(error: unknown): void {
    if (this.#database.isTransaction) this.#control('rollback');
    this.#group?.reject(error);
    this.#group = undefined;
  }

  #control(sql: string): void {
    this.#run({ sql, parameters: [] });
  }

  async #takeTurn(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
  }

  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy = false;
  }
}
