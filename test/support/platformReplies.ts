type Json = Record<string, unknown>;

/** A `fetch` that changes a platform's replies on a path. */
export const altering =
  (path: string, change: (reply: Json) => Json): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!new URL(String(input)).pathname.endsWith(path)) return response;
    return Response.json(change((await response.json()) as Json));
  };

/** A `fetch` that counts requests by path. */
export function counting(): { fetch: typeof fetch; sent: (path: string) => number } {
  const paths: string[] = [];
  return {
    fetch(input, init) {
      paths.push(new URL(String(input)).pathname);
      return fetch(input, init);
    },
    sent: (path) => paths.filter((one) => one.endsWith(path)).length,
  };
}
