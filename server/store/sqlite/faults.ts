import { ApiError } from '../../errors.ts';
import { storeUnavailable } from '../unavailable.ts';

const busy = 5;
/** The result codes of a file that cannot be used now: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL. */
const unavailable = new Set([busy, 6, 7, 8, 10, 13, 14, 15]);

/** SQLite's result code for an error, without the higher bits that say more; 0 for errors of others. */
const primaryCodeOf = (error: unknown): number => (error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0);

/** Whether another process keeps the file to itself, also where that was made store_unavailable. */
export const isBusy = (error: unknown): boolean => primaryCodeOf(error instanceof ApiError ? error.cause : error) === busy;

/** What to throw for an error of SQLite: store_unavailable where the file is the fault. */
export const toStoreError = (error: unknown): unknown => (unavailable.has(primaryCodeOf(error)) ? storeUnavailable(error) : error);
