import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { middleware } from 'express-openapi-validator';

/** The bundle, byte for byte, as `/openapi.json` serves it. */
export const bundle = readFileSync(new URL('../generated/openapi.json', import.meta.url), 'utf8');

/** Far above any body of the contract. */
export const bodyLimit = '64kb';

/** Clients encode queries with `encodeURIComponent`, which leaves `!'()*` as they are; the validator refuses them unless told otherwise. */
const allowReserved = (_key: string, value: unknown) =>
  typeof value === 'object' && value !== null && 'in' in value && value.in === 'query' ? { ...value, allowReserved: true } : value;

/**
 * Holds requests to the contract, and answers too where `answers` is true: what a handler says beyond the contract becomes a 500, so
 * that tests and front-end people see it first.
 */
export const contractValidation = ({ answers }: { answers: boolean }): RequestHandler[] =>
  middleware({
    // The validator changes the document that it is given.
    apiSpec: JSON.parse(bundle, allowReserved),
    // Clients of other versions send more.
    validateRequests: { allowUnknownQueryParameters: true },
    validateResponses: answers,
    // The steps after this one know apps and sessions.
    validateSecurity: false,
    validateApiSpec: false,
  });
