import type { components } from '../../generated/types.ts';

export type WebProvider = components['schemas']['WebLoginProvider'];

/** A browser without pages, in which a person logs in: it keeps one cookie for each host. */
export interface Browser {
  /** Opens an address, without following where it leads. */
  open(url: string, headers?: Record<string, string>): Promise<Opened>;
}

interface Opened {
  status: number;
  headers: Headers;
  text: string;
  /** The address that it leads to; empty if it is a page. */
  location: string;
}

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  return {
    async open(url, headers = {}) {
      const { host, pathname } = new URL(url);
      // The sandbox is on the server's own host, as WeChat is not.
      const site = pathname.startsWith('/sandbox') ? 'sandbox' : host;
      const cookie = cookies.get(site);
      const response = await fetch(url, { redirect: 'manual', headers: { ...(cookie && { Cookie: cookie }), ...headers } });
      const [set] = response.headers.getSetCookie();
      if (set) cookies.set(site, set.split(';')[0] ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text: await response.text(),
        location: response.headers.get('Location') ?? '',
      };
    },
  };
}

/** The choice of a person on WeChat's page. */
export interface Choice {
  person?: string;
  deny?: boolean;
  preview?: boolean;
}

/** The platform's page with a person's choice. */
export function choose(page: string, { person = 'larry', deny, preview }: Choice = {}): string {
  const url = new URL(page);
  if (deny) url.searchParams.set('deny', '1');
  else url.searchParams.set('person', person);
  if (preview) url.searchParams.set('preview', '1');
  return url.href;
}

/** Opens the first address of a login, and WeChat's page. @returns our callback page's address, not opened yet */
export async function goToWechat(browser: Browser, redirectUrl: string, choice?: Choice): Promise<string> {
  const { location } = await browser.open(redirectUrl);
  return (await browser.open(choose(location, choice))).location;
}

/** Goes the whole way. @returns the token that the callback page gets; empty if there is none */
export async function tokenFrom(redirectUrl: string, choice?: Choice, browser = createBrowser()): Promise<string> {
  const { location } = await browser.open(await goToWechat(browser, redirectUrl, choice));
  return location === '' ? '' : (new URL(location).searchParams.get('token') ?? '');
}
