import type { RequestHandler } from 'express';
import { projectFile } from './project.ts';
import { findOperation } from './steps/findOperation.ts';
import { validateRequest } from './steps/validateRequest.ts';

/** The bundle, which `/openapi.json` serves byte for byte. */
export const bundleFile = projectFile('generated/openapi.json');

/**
 * Holds requests to the contract, and answers too where `answers` is true: what a handler says beyond the contract becomes a 500, so
 * that tests and front-end people see it first.
 */
export async function contractValidation({ answers }: { answers: boolean }): Promise<RequestHandler[]> {
  if (!answers) return [findOperation, validateRequest];
  const { validateAnswer } = await import('./steps/validateAnswer.ts');
  return [findOperation, validateRequest, validateAnswer];
}
