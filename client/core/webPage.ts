/** The parts of a browser that web logins use. */
export interface WebPage {
  location: { href: string; origin: string; replace(url: string): void };
  history: { replaceState(data: null, unused: string, url: string): void };
  sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void };
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  document: { createElement(name: 'div' | 'iframe'): PageElement; body: { appendChild(element: PageElement): void } };
  opener: Messages | null;
  parent: Messages;
  open(url: string, name: string, features?: string): OpenedWindow | null;
  addEventListener(type: 'message', listener: (event: PageMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: PageMessage) => void): void;
}

interface Messages {
  postMessage(message: unknown, targetOrigin: string): void;
}
export interface OpenedWindow {
  closed: boolean;
  close(): void;
}
export interface PageMessage {
  origin: string;
  source: unknown;
  data: unknown;
}
/** An element; `contentWindow`, `src` and `allow` are a frame's. */
export interface PageElement {
  id: string;
  src: string;
  allow: string;
  textContent: string | null;
  contentWindow?: unknown;
  style: { cssText: string } & Record<string, unknown>;
  setAttribute(name: string, value: string): void;
  appendChild(element: PageElement): void;
  addEventListener(type: 'click', listener: () => void): void;
  remove(): void;
}
