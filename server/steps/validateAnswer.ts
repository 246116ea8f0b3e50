import type { ValidateFunction } from 'ajv';
import type { OperationId } from '../../generated/operations.ts';
import * as answers from '../../generated/validators/answers.js';

const validators: Record<string, ValidateFunction> = { ...answers };

/** Checks an answer against the contract. @throws an error that names the undeclared part */
export type ValidateAnswer = (operationId: OperationId, status: number, body: unknown) => void;

export const validateAnswer: ValidateAnswer = (operationId, status, body) => {
  const validate = validators[`${operationId}_${status}`];
  if (!validate) throw new Error(`${operationId} does not declare ${status}`);
  if (validate({ body })) return;
  const [error] = validate.errors ?? [];
  throw new Error(`${operationId} ${status}: ${error?.instancePath} ${error?.message}`);
};
