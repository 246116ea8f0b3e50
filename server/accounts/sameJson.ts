/**
 * Serialises JSON with sorted keys, so that equal values have equal texts.
 *
 * @param value nested no deeper than custom fields, because this function recurses
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, (_key, part) => (isRecord(part) ? sortKeys(part) : part));

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sortKeys = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => Number(a > b) - Number(a < b)));
