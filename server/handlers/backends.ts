import { findByLegacyIds } from '../accounts/legacyIds.ts';
import { findSession } from '../accounts/sessions.ts';
import { ApiError } from '../errors.ts';
import type { Handler, RequestContext } from '../operations.ts';
import { type Issuer, issueAccessToken } from '../tokens/accessTokens.ts';
import { introspect, openOnly } from '../tokens/introspection.ts';

const issuerOf = ({ services: { signingKeys: keys, publicUrl: url, now } }: RequestContext): Issuer => ({ keys, url, now });

const introspectToken: Handler<'introspectToken'> = async ({ body, ...context }) => ({
  status: 200,
  body: await introspect(context.tenant, context.app, issuerOf(context), body.token),
});

const createAccessToken: Handler<'createAccessToken'> = async ({ session, ...context }) => ({
  status: 201,
  body: await issueAccessToken(issuerOf(context), context.app, context.tenant.id, session),
});

const exchangeToken: Handler<'exchangeToken'> = async ({ body, ...context }) => {
  const session = await openOnly(findSession(context.tenant, body.subject_token));
  if (!session) throw new ApiError('subject_token_invalid');
  const issued = await issueAccessToken(issuerOf(context), context.app, context.tenant.id, session);
  return { status: 200, body: { ...issued, issued_token_type: body.requested_token_type ?? body.subject_token_type } };
};

const listUsersByLegacyId: Handler<'listUsersByLegacyId'> = async ({ query: { legacy_id, source }, tenant }) => ({
  status: 200,
  body: { objects: await findByLegacyIds(tenant, legacy_id.split(','), source) },
});

export const backendOperations = { introspectToken, createAccessToken, exchangeToken, listUsersByLegacyId };
