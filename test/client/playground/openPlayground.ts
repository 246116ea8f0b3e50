import type { BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../support/browser.ts';
import { startServer, type TestServer } from '../../support/server.ts';

export interface OpenPlayground {
  page: Page;
  server: TestServer;
  /** Errors and warnings of the console, uncaught errors, and requests to other servers. */
  problems: string[];
  /** The answers of 400 and more, each of which the browser reports as an error in its console: `404 /v1/me`. */
  refusals: string[];
}

/** Opens the playground of a new server. @param address the part of the page's address after its path */
export async function openPlayground(address = '?lang=en', options: BrowserContextOptions = {}): Promise<OpenPlayground> {
  const server = await startServer();
  const page = await openBrowser({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
  const problems: string[] = [];
  const refusals: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const [, status] = /status of ([45]\d\d)/.exec(message.text()) ?? [];
    if (status) refusals.push(`${status} ${new URL(message.location().url).pathname}`);
    else problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error.stack)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin)) problems.push(`asked another server: ${request.url()}`);
  });
  await page.goto(`${server.origin}/playground/${address}`);
  await page.locator('h1').waitFor();
  return { page, server, problems, refusals };
}
