import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { findOperation } from './steps/findOperation.ts';
import { validateRequest } from './steps/validateRequest.ts';

/** The bundle, byte for byte, as `/openapi.json` serves it. */
export const bundle = readFileSync(new URL('../generated/openapi.json', import.meta.url), 'utf8');

/** Far above any body of the contract. */
export const bodyLimit = '64kb';

/**
 * Holds requests to the contract, and answers too where `answers` is true: what a handler says beyond the contract becomes a 500, so
 * that tests and front-end people see it first.
 */
export async function contractValidation({ answers }: { answers: boolean }): Promise<RequestHandler[]> {
  if (!answers) return [findOperation, validateRequest];
  const { validateAnswer } = await import('./steps/validateAnswer.ts');
  return [findOperation, validateRequest, validateAnswer];
}
