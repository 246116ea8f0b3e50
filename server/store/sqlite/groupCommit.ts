import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { afterTick } from '../../process/afterTick.ts';
import { storeUnavailable } from '../unavailable.ts';
import { beginImmediate } from './beginImmediate.ts';
import type { SqliteCheckpointer } from './checkpointer.ts';
import { Lock } from './lock.ts';
import { createStatements, type Run } from './statements.ts';
import type { WalSync } from './walSync.ts';

/** Milliseconds for which a write may wait for the lock and for other processes that write to the file. */
const maxWait = 10_000;

/** Makes a file's commits durable and keeps its WAL short. */
export interface FileCare {
  walSync: WalSync;
  checkpointer: SqliteCheckpointer;
}

/** Transactions that share one commit. */
export interface Group {
  /** Resolves when the commit is on disk. Rejects if it failed, and no transaction of the group is stored. */
  committed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Runs transactions on one connection, one after the other, and commits those of one tick of the event loop together. Each is a savepoint,
 * so a failing one rolls back only itself. None resolves before the commit is on disk. README.md has a diagram.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #run: Run;
  readonly #lock = new Lock();
  readonly #file: FileCare | undefined;
  readonly #maxWait: number;
  #group: Group | undefined;

  /** @param file undefined for a database in memory */
  constructor(database: DatabaseSync, file?: FileCare, wait = maxWait) {
    this.#database = database;
    this.#run = createStatements(database);
    this.#file = file;
    this.#maxWait = wait;
  }

  /** The connection if no transaction is open. Callers must finish their reads before they await anything. */
  get idle(): { database: DatabaseSync; run: Run } | undefined {
    const isBusy = this.#lock.isHeld || this.#group || !this.#database.isOpen;
    return isBusy ? undefined : { database: this.#database, run: this.#run };
  }

  /**
   * Starts a transaction, which holds the lock until `commit` or `rollback`.
   *
   * @throws store_unavailable if the database cannot be written to
   */
  async begin(): Promise<Group> {
    const deadline = performance.now() + this.#maxWait;
    await afterTick();
    await this.#lock.acquire();
    try {
      this.#group ??= await this.#openGroup(deadline);
      this.#execute('savepoint member');
      return this.#group;
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Runs a query of the transaction that holds the lock. */
  run<R>(group: Group, query: CompiledQuery): QueryResult<R> {
    if (group !== this.#group) throw new Error('query on a transaction that has already ended');
    try {
      return this.#run(query);
    } catch (error) {
      // Errors such as a full disk roll back the whole transaction instead of the statement.
      if (!this.#database.isTransaction) this.#abandon(error);
      throw error;
    }
  }

  /** @throws if the commit failed, and no transaction of the group is stored */
  async commit(group: Group): Promise<void> {
    this.#leave(group, 'release member');
    await group.committed;
  }

  /** Resolves after the group's commit, because the failure may depend on writes of other transactions in the group. */
  async rollback(group: Group): Promise<void> {
    this.#leave(group, 'rollback to member', 'release member');
    await group.committed.catch(() => undefined);
  }

  /** Runs a query that only reads, between transactions. */
  read<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#locked(() => this.#run(query));
  }

  async close(): Promise<void> {
    await this.#file?.checkpointer.close();
    // After the writes of this tick.
    await afterTick();
    await this.#locked(() => this.#commitGroup());
    await this.#file?.walSync.close();
    await this.#locked(() => this.#database.close());
  }

  /** Starts a group's write transaction and schedules its commit for the end of the tick, after the transactions that are waiting then. */
  async #openGroup(deadline: number): Promise<Group> {
    await beginImmediate(this.#database, deadline);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Avoids an unhandled rejection if every member has failed.
    promise.catch(() => undefined);
    setImmediate(() => this.#locked(() => this.#commitGroup()));
    return { committed: promise, resolve, reject };
  }

  #commitGroup(): void {
    const group = this.#group;
    if (!group) return;
    try {
      this.#execute('commit');
    } catch (error) {
      this.#abandon(error);
      return;
    }
    this.#group = undefined;
    if (!this.#file) {
      group.resolve();
      return;
    }
    this.#file.walSync.sync().then(group.resolve, (error: unknown) => group.reject(storeUnavailable(error)));
    this.#file.checkpointer.runIfDue(this.#run, (work) =>
      this.#locked(() => {
        this.#commitGroup();
        return work();
      }),
    );
  }

  #leave(group: Group, ...commands: string[]): void {
    try {
      // An error may have ended the group already.
      if (group === this.#group) for (const command of commands) this.#execute(command);
    } catch (error) {
      this.#abandon(error);
    } finally {
      this.#lock.release();
    }
  }

  #abandon(error: unknown): void {
    if (this.#database.isTransaction) this.#execute('rollback');
    this.#group?.reject(error);
    this.#group = undefined;
  }

  #execute(sql: string): void {
    this.#run({ sql, parameters: [] });
  }

  async #locked<T>(work: () => T | Promise<T>): Promise<T> {
    await this.#lock.acquire();
    try {
      return await work();
    } finally {
      this.#lock.release();
    }
  }
}
