import { createAccessToken } from '../../generated/client/operations.ts';
import type { Session } from './session.ts';
import { createShare } from './share.ts';
import { type Api, answer } from './transport.ts';

/** Milliseconds before its expiry at which a token is replaced, so that no request arrives with an expired one. */
const margin = 60_000;

/**
 * Gets access tokens for the team's own APIs: reuses a token until a minute before it expires, and shares one request between concurrent
 * callers.
 *
 * @param now milliseconds
 */
export function createAccessTokens(api: Api, session: Pick<Session, 'token'>, now: () => number): () => Promise<string> {
  const share = createShare<string>();
  let current: { text: string; session: string | undefined; until: number } | undefined;
  return async () => {
    const opened = session.token();
    if (current && current.session === opened && now() < current.until) return current.text;
    return share(['access token', opened], async () => {
      const { access_token: text, expires_in } = (await answer(api.POST(createAccessToken.path))).data;
      // The call may have opened another session.
      current = { text, session: session.token(), until: now() + expires_in * 1000 - margin };
      return text;
    });
  };
}
