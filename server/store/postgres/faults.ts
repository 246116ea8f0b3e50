import type { DatabaseError } from 'pg';

/** Whether PostgreSQL itself said so: what fails on the way to it has no severity. */
export const isDatabaseError = (error: unknown): error is DatabaseError => error instanceof Error && 'severity' in error;
