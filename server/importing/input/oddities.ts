/** Levels of the deepest record, far from what would exhaust the stack. Custom fields have five. */
const deepest = 64;

/** @returns why a parsed record cannot be handled; undefined if it can */
export function oddityOf(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === deepest) return `is nested more than ${deepest} levels deep`;
  // Copied with an assignment, it would become the prototype of an object.
  if (Object.hasOwn(value, '__proto__')) return 'has a field __proto__';
  for (const item of Object.values(value)) {
    const oddity = oddityOf(item, depth + 1);
    if (oddity !== undefined) return oddity;
  }
  return undefined;
}
