import type { DatabaseError } from 'pg';

/** Whether PostgreSQL reported the error. Errors of the connection have no severity. */
export const isDatabaseError = (error: unknown): error is DatabaseError => error instanceof Error && 'severity' in error;
