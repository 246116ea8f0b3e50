import { ApiError } from '../errors.ts';

/** Stands for an operation that the contract declares and this version does not have yet. */
export const notImplemented = async (): Promise<never> => {
  throw new ApiError('not_implemented');
};
