import type { OperationId } from '../../generated/operations.ts';
import type { ApiError, ErrorCode } from '../errors.ts';
import { scopeOf } from '../serverKeys/serverKeys.ts';

/** OAuth's names for our error codes (RFC 6749, section 5.2; RFC 6750, section 3.1); any other refusal is `invalid_request`. */
const names: { readonly [Code in ErrorCode]?: string } = {
  server_key_invalid: 'invalid_client',
  scope_missing: 'insufficient_scope',
  store_unavailable: 'temporarily_unavailable',
  internal_error: 'server_error',
};

/** How a client may authenticate (RFC 6749, section 5.2). */
export const challenge = 'Basic realm="server key", Bearer realm="server key"';

/** The two error fields that OAuth libraries read; none if the operation is not part of OAuth. */
export function oauthFields(operationId: OperationId | undefined, error: ApiError): { error?: string; error_description?: string } {
  if (operationId === undefined || scopeOf(operationId) === undefined) return {};
  return { error: nameOf(error), error_description: plainAscii(error.message) };
}

/** Validation messages for a request that names no grant type, or several. */
const noGrantType = ['is missing', 'must be string'];

function nameOf({ code, errors = [] }: ApiError): string {
  const [grant] = errors.filter(({ path }) => path === '/body/grant_type');
  return grant && !noGrantType.includes(grant.message) ? 'unsupported_grant_type' : (names[code] ?? 'invalid_request');
}

/** The characters that an error's description may have. */
const plainAscii = (text: string): string => text.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]|\\/g, '?');
