/** Shares one attempt among concurrent calls with the same key. */
export function createShare<Value>(): (key: unknown, attempt: () => Promise<Value>) => Promise<Value> {
  const underway: Record<string, Promise<Value>> = {};
  return (key, attempt) => {
    const name = JSON.stringify(key);
    const known = underway[name];
    if (known) return known;
    const attempted = attempt();
    const over = () => {
      delete underway[name];
    };
    attempted.then(over, over);
    underway[name] = attempted;
    return attempted;
  };
}
