import type { DatabaseConnection, Driver } from 'kysely';

/** A connection of Kysely's that runs its own transactions. */
export interface StoreConnection extends DatabaseConnection {
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Returns what its transaction has held. */
  release?(): void;
}

/** Kysely's driver of both databases. A connection is made for each query or transaction; the dialect decides what they share. */
export class StoreDriver implements Driver {
  readonly acquireConnection: () => Promise<StoreConnection>;
  readonly destroy: () => Promise<void>;

  constructor(connect: () => StoreConnection, destroy: () => Promise<void>) {
    this.acquireConnection = async () => connect();
    this.destroy = destroy;
  }

  async init(): Promise<void> {}

  beginTransaction(connection: StoreConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: StoreConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: StoreConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: StoreConnection): Promise<void> {
    connection.release?.();
  }
}
