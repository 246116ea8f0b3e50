import type { Request, Response } from 'express';
import type * as z from 'zod';
import { readPlainly, sayIssue } from '../config/plainIssues.ts';

/** Reads the body of a request to the sandbox. @returns undefined if it does not fit, which the response says */
export function readRequest<T>(shape: z.ZodType<T>, request: Request, response: Response): T | undefined {
  const result = readPlainly(shape, request.body);
  if ('data' in result) return result.data;
  response.status(400).json({ status: 'error', error_msg: result.issues.map((issue) => sayIssue(issue, 'the body')).join('; ') });
  return undefined;
}
