import { createContext } from 'node:vm';
import { leaveEs2015 } from './es2015.ts';
import { clientScript } from './fakeHost.ts';

/**
 * Opens a page with the parts of a browser that the web client uses, and the client in a `<script>`.
 *
 * @param init the options of `BaaS.init`
 * @param delay the page's `setTimeout`
 */
export async function openWebPage(init: object, delay: (run: () => void, milliseconds: number) => unknown = setTimeout) {
  const stored = new Map<string, string>();
  const window = {
    fetch: (url: string, request: RequestInit) => fetch(url, request),
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
    navigator: { onLine: true },
    // biome-ignore lint/suspicious/noExplicitAny: an app in JavaScript
    BaaS: undefined as any,
  };
  const context = createContext({ window, setTimeout: delay, clearTimeout }, { codeGeneration: { strings: false, wasm: false } });
  leaveEs2015(context);
  (await clientScript('web')).runInContext(context);
  window.BaaS.init('sandbox', init);
  return { BaaS: window.BaaS, window, stored };
}
