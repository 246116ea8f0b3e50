/** Maximum number of entries. */
const capacity = 1000;

/** Sets an entry as the newest, and drops the oldest if there are too many. */
export function keepLatest<T>(entries: Map<string, T>, key: string, value: T): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
}
