/** A request of `XMLHttpRequest`. */
interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
}

export interface FakeBrowser {
  /** A page's globals besides the language's. */
  globals: object;
  window: object & { BaaS?: unknown };
  /** Values that the app has stored. */
  storage: Map<string, string>;
  /** Every request that went out, as `METHOD path`. */
  requests: string[];
}

/** Fakes the parts of a browser that the published SDK's web build uses. */
export function createFakeBrowser(page: string): FakeBrowser {
  const storage = new Map<string, string>();
  const requests: string[] = [];
  const { protocol, host, hostname, port, href, origin, pathname, search, hash } = new URL(page);
  const location = { protocol, host, hostname, port, href, origin, pathname, search, hash };

  class XMLHttpRequest {
    status = 0;
    statusText = '';
    responseText = '';
    responseURL = '';
    readyState = 0;
    onreadystatechange?: () => void;
    onloadend?: () => void;
    onerror?: () => void;
    #sent: Sent = { method: 'GET', url: '', headers: {} };
    #answered = new Headers();

    open(method: string, url: string) {
      this.#sent = { method, url, headers: {} };
    }
    setRequestHeader(name: string, value: string) {
      this.#sent.headers[name] = value;
    }
    getAllResponseHeaders() {
      return [...this.#answered].map(([name, value]) => `${name}: ${value}`).join('\r\n');
    }
    send(body: string | null) {
      void this.#fetch(body).catch(() => this.onerror?.());
    }
    abort() {}

    async #fetch(body: string | null) {
      const { method, url, headers } = this.#sent;
      requests.push(`${method} ${new URL(url).pathname}`);
      const response = await fetch(url, { method, headers, ...(body && { body }) });
      this.responseText = await response.text();
      this.status = response.status;
      this.responseURL = url;
      this.#answered = response.headers;
      this.readyState = 4;
      this.onreadystatechange?.();
      this.onloadend?.();
    }
  }

  const element = () => ({ ...location, style: {}, setAttribute() {}, appendChild() {} });
  const window: Record<string, unknown> = {
    location,
    navigator: { userAgent: 'a browser' },
    document: { cookie: '', createElement: element, documentElement: element(), addEventListener() {} },
    localStorage: {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => void storage.set(key, value),
    },
    addEventListener() {},
    XMLHttpRequest,
    URL,
    URLSearchParams,
  };
  return { window, globals: { ...window, window }, storage, requests };
}
