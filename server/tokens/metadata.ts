import express, { type Router } from 'express';
import { exchangeToken, introspectToken } from '../../generated/operations.ts';
import { algorithm, cacheSeconds, type SigningKeys } from './signingKeys.ts';

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** How a server key is sent, as OAuth names it. */
const keyMethods = ['client_secret_basic'];

/** The server's metadata (RFC 8414), whose fields OpenID Connect Discovery shares. */
const metadata = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  token_endpoint: issuer + exchangeToken.path,
  introspection_endpoint: issuer + introspectToken.path,
  grant_types_supported: [tokenExchange],
  token_endpoint_auth_methods_supported: keyMethods,
  introspection_endpoint_auth_methods_supported: keyMethods,
  // There is no authorization endpoint: people log in through the contract's operations.
  response_types_supported: [],
  scopes_supported: [],
});

/** Required by OpenID Connect Discovery 1.0, section 3; there are no ID tokens. */
const openIdFields = { subject_types_supported: ['public'], id_token_signing_alg_values_supported: [algorithm] };

/** Serves the public keys (RFC 7517), and the metadata by which libraries find them. */
export function wellKnown(keys: SigningKeys, issuer: string): Router {
  const router = express.Router();
  const serve = (name: string, body: () => object | Promise<object>) =>
    router.get(`/.well-known/${name}`, async (_request, response) => {
      response.set({ 'Cache-Control': `public, max-age=${cacheSeconds}`, 'Access-Control-Allow-Origin': '*' });
      response.json(await body());
    });
  serve('jwks.json', async () => ({ keys: await keys.published() }));
  serve('oauth-authorization-server', () => metadata(issuer));
  serve('openid-configuration', () => ({ ...metadata(issuer), ...openIdFields }));
  return router;
}
