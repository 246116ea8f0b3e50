import type { HError } from './core/errors.ts';

export type { HError } from './core/errors.ts';
export type * from './core/types.ts';

/** Whether a client rejected with this error. Each platform's file has its own class, so `instanceof` does not work. */
export const isHError = (error: unknown): error is HError => error instanceof Error && error.name === 'HError';
