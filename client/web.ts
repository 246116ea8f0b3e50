import { type Core, createCore } from './core/baas.ts';
import type { Host } from './core/host.ts';
import type { Platform } from './core/platform.ts';
import { surroundings } from './core/surroundings.ts';
import type { BaaS as AnyBaaS, CurrentUser as AnyUser } from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';
import { verbsInSandbox } from './core/webInSandbox.ts';
import { createWebLogins } from './core/webLogins.ts';
import type { LinkThirdParty, WebLogins } from './core/webLoginTypes.ts';
import type { WebPage } from './core/webPage.ts';

export { HError } from './core/errors.ts';

export interface Links {
  linkThirdParty: LinkThirdParty;
}
export type CurrentUser = AnyUser<Links>;
export type Logins = WebLogins<CurrentUser>;
export type BaaS = AnyBaaS<Links, Logins>;

/** The page's globals that the client uses. */
export interface Page extends WebPage {
  fetch(
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<{ status: number; text(): Promise<string> }>;
  localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  navigator: { onLine: boolean };
}

const pageHost = (page: Page): Host => ({
  async request({ method, url, header, data }) {
    const response = await page.fetch(url, { method, headers: header, ...(data !== undefined && { body: JSON.stringify(data) }) });
    return { statusCode: response.status, data: jsonOf(await response.text()) };
  },
  isOffline: async () => !page.navigator.onLine,
  storage: {
    get: (key) => jsonOf(page.localStorage.getItem(key) ?? ''),
    set: (key, value) => page.localStorage.setItem(key, JSON.stringify(value)),
  },
  ...surroundings,
});

/** Parses JSON, or returns the text. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A page in a browser: general accounts, and WeChat by its pages. @param window the page's global object */
export function createBaaS(window: Page): BaaS {
  const platform: Platform = Object.assign(
    verbsInSandbox(() => core.isPlayed()),
    { name: 'WEB', inSandbox: 'wechat', declineIds: ['id' as const] },
  );
  const webLogins = createWebLogins<Links>(window, () => core);
  const core: Core<Links> = createCore<Links>(platform, pageHost(window), () => withLinks({ linkThirdParty: webLogins.linkThirdParty }));
  return withLogins(core.baas, webLogins.verbs);
}
