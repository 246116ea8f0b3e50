/** Sends JSON to the sandbox of a server, as host apps and people do. */
export const askSandbox = (
  { origin }: { origin: string },
  path: string,
  body: object,
  method: 'POST' | 'PUT' = 'POST',
): Promise<Response> =>
  fetch(`${origin}/sandbox/${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Changes a person's data on the platforms. */
export const changePerson = (server: { origin: string }, person: string, change: object): Promise<Response> =>
  askSandbox(server, 'person', { person, ...change }, 'PUT');
