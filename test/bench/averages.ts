export const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle value; the upper of two. */
export const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
