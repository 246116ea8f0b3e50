import type { Page } from '../../web.ts';
import type { Exchange } from './recording.ts';
import { sendRecorded } from './send.ts';

/** A page's state and surroundings, read at each call. */
export interface PageParts {
  isOffline(): boolean;
  /** The values that the browser keeps for the page. */
  storage(): Map<string, unknown>;
  record(exchange: Exchange): void;
}

/** The globals of a page in a browser. This page lends it all but the network and the storage. */
export function createWebPage({ isOffline, storage, record }: PageParts): Page {
  // The types of the DOM are narrower than the client's.
  const { location, history, sessionStorage, crypto, document, opener, parent } = window as unknown as Page;
  return {
    location,
    history,
    sessionStorage,
    crypto,
    document,
    opener,
    parent,
    open: (url, name, features) => window.open(url, name, features),
    addEventListener: (type, listener) => window.addEventListener(type, listener),
    removeEventListener: (type, listener) => window.removeEventListener(type, listener),
    async fetch(url, { method, headers, body }) {
      if (isOffline()) throw new TypeError('Failed to fetch');
      return sendRecorded(record, { method, url, headers, body });
    },
    localStorage: {
      // Values as the phones' storage has them, which is copied from and to.
      getItem: (key) => (storage().has(key) ? JSON.stringify(storage().get(key)) : null),
      setItem: (key, value) => void storage().set(key, JSON.parse(value)),
    },
    navigator: {
      get onLine() {
        return !isOffline();
      },
    },
  };
}
