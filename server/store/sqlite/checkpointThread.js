/**
 * Checkpoints the WAL on each message, up to the first page that a reader still needs. JavaScript, so that the thread does not load type
 * stripping.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const database = new DatabaseSync(workerData);
const checkpoint = database.prepare('pragma wal_checkpoint(passive)');

parentPort.on('message', () => parentPort.postMessage(checkpoint.get()));
