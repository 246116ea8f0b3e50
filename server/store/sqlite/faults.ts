import { ApiError } from '../../errors.ts';
import { storeUnavailable } from '../unavailable.ts';

const busy = 5;
/** Result codes of a file that is unavailable: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL. */
const unavailable = new Set([busy, 6, 7, 8, 10, 13, 14, 15]);

/** SQLite's primary result code of an error; 0 for any other error. */
const primaryCodeOf = (error: unknown): number => (error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0);

/** Whether another process holds a lock on the file. Recognises errors that were converted to store_unavailable. */
export const isBusy = (error: unknown): boolean => primaryCodeOf(error instanceof ApiError ? error.cause : error) === busy;

/** Converts SQLite's error to store_unavailable if the file is unavailable. */
export const toStoreError = (error: unknown): unknown => (unavailable.has(primaryCodeOf(error)) ? storeUnavailable(error) : error);
