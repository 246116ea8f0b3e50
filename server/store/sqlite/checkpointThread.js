/**
 * Puts a database's write-ahead log into its file whenever it is asked to, as far as nobody reads what is in it. JavaScript, because what
 * strips types would stay in memory with it.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const database = new DatabaseSync(workerData);
const checkpoint = database.prepare('pragma wal_checkpoint(passive)');

parentPort.on('message', () => parentPort.postMessage(checkpoint.get()));
