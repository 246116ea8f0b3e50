/**
 * A text that two JSON values share only if they are equal: the order of an object's keys does not count.
 *
 * @param value nested no deeper than custom fields are, because this recurses
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, (_key, held) => (isRecord(held) ? sortKeys(held) : held));

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sortKeys = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => Number(a > b) - Number(a < b)));
