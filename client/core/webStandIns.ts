/**
 * What openapi-fetch takes from a web runtime and mini-programs do not have. The build puts them in place of the globals inside the
 * bundle, so nothing is put on the host.
 */

/** Header names as they were written: all are ours, and none is written twice in two cases. */
export class Headers {
  private readonly fields: Record<string, string> = {};
  set(name: string, value: string): void {
    this.fields[name] = value;
  }
  entries(): [string, string][] {
    return Object.entries(this.fields);
  }
}

/** Only ever asked whether something is one. */
export class FormData {}

/** What openapi-fetch hands to `fetch`. */
export class Request {
  readonly url: string;
  readonly method: string;
  readonly body: unknown;
  constructor(url: string, { method, body }: { method: string; body?: unknown }) {
    this.url = url;
    this.method = method;
    this.body = body;
  }
}
