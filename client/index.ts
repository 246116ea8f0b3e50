import type { HError } from './core/errors.ts';

export type { HError } from './core/errors.ts';
export type * from './core/types.ts';

/** Whether something is an error that a client rejected with. Each platform's file has a class of its own, so `instanceof` is no answer. */
export const isHError = (error: unknown): error is HError => error instanceof Error && error.name === 'HError';
