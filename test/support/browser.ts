import { existsSync } from 'node:fs';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const path = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((candidate) => candidate && existsSync(candidate));

/** Whether there is a browser to test with. */
export const hasBrowser = path !== undefined;

/** An empty page in an English browser, whatever the machine's language; closed after the test. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<Page> {
  const browser = await chromium.launch({ executablePath: path ?? '', args: ['--no-sandbox', '--disable-background-networking'] });
  onTestFinished(() => browser.close());
  return browser.newPage({ viewport: { width: 1200, height: 1000 }, locale: 'en-US', ...options });
}
