/** Reads `x-rate-limits`, the names of an operation's limits, the narrowest first (server/limits/limits.ts). */
import { derivedTexts, type Language } from './translations/derivedTexts.ts';

export interface LimitedOperation {
  operationId?: string;
  description?: string;
  'x-rate-limits'?: string[];
  responses?: Record<string, { headers?: Record<string, { $ref: string }> }>;
}

const headers = {
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};

/** Declares the headers of an operation's limits on its successes, and names the limits in its description. */
export function announceLimits(operation: LimitedOperation, language: Language): void {
  const { 'x-rate-limits': limits = [], responses = {} } = operation;
  if (limits.length === 0) return;
  for (const [status, response] of Object.entries(responses)) {
    if (status.startsWith('2')) response.headers = { ...response.headers, ...headers };
  }
  const sentence = derivedTexts[language].rateLimits(limits.map((name) => `\`${name}\``));
  operation.description = `${operation.description?.trimEnd()}\n\n${sentence}\n`;
}

/**
 * Collects the limits by operationId.
 *
 * @throws if an operation does not name its limits: an empty list means none
 */
export const limitsByOperation = (operations: LimitedOperation[]): Record<string, string[]> =>
  Object.fromEntries(
    operations.flatMap(({ operationId, 'x-rate-limits': limits }) => {
      if (operationId === undefined) return [];
      if (!limits) throw new Error(`${operationId} has no x-rate-limits`);
      return [[operationId, limits]];
    }),
  );
