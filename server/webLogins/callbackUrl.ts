import { listsOrigin } from '../config/origins.ts';
import { invalidField } from '../errors.ts';

/**
 * Reads the page that a web login comes back to.
 *
 * @param listed the app's `callback_origins`
 * @throws request_invalid unless it is a plain address on an origin that the app lists
 */
export function readCallbackUrl(text: string, listed: readonly string[]): URL {
  const refuse = (reason: string) => invalidField('/body/callback_url', reason);
  // Browsers read a backslash as a slash and drop blanks and control characters, so that a person sees another address.
  if (/[\s\\\p{Cc}]/u.test(text)) throw refuse('must be an address without blanks and backslashes');
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('must be an address like https://shop.example.com/auth.html');
  if (url.username !== '' || url.password !== '') throw refuse('must be an address without a user name');
  if (!listsOrigin(listed, url.origin)) throw refuse("must be on one of the app's callback_origins");
  return url;
}

/** The address of the callback page with a token. */
export function withToken(callbackUrl: string, token: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set('token', token);
  return url.href;
}
