import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { App } from '../config/apps.ts';
import type { StreamedAnswer } from '../operations.ts';
import { scopeOf } from '../serverKeys/serverKeys.ts';
import type { Services } from '../services.ts';
import { announceLimits } from './announceLimits.ts';
import { authenticateApp, authenticateSession } from './authenticate.ts';
import { authenticateKey } from './authenticateKey.ts';
import { findOperation } from './findOperation.ts';
import { overrideMethod } from './overrideMethod.ts';
import { withMincloudNames } from './providerNames.ts';
import { hasBody, readBody } from './readBody.ts';
import { readTyped } from './readTyped.ts';
import { refuseInvalidText } from './refuseInvalidText.ts';
import { runOperation } from './runOperation.ts';
import type { ValidateAnswer } from './validateAnswer.ts';
import { type ValidRequest, validateRequest } from './validateRequest.ts';

/**
 * Answers the contract's operations. Every fault of a request is thrown, for `answerError`.
 *
 * @param validateAnswer validates answers against the contract, if present
 */
export const answerOperation =
  (apps: ReadonlyMap<string, App>, services: Services, validateAnswer?: ValidateAnswer): RequestHandler =>
  async (request, response) => {
    const { current } = request;
    const validRequest = await readRequest(request, response);
    const { operationId } = validRequest;
    const scope = scopeOf(operationId);
    const context = scope ? await authenticateKey(apps, services, request, scope) : authenticateApp(apps, services, request);
    current.appId = context.tenant.id;
    const session = await authenticateSession(operationId, context, request);
    // Caches of HTTP/1.0 (RFC 6749, section 5.1).
    if (scope) response.set('Pragma', 'no-cache');
    const principal = { context, session, ip: current.ip };
    const answer = await runOperation(validRequest, principal, announceLimits(response));
    if ('pieces' in answer) return stream(answer, response);
    const { status } = answer;
    const body = context.app.mincloud_provider_names ? withMincloudNames(answer.body) : answer.body;
    validateAnswer?.(operationId, status, body);
    response.status(status).json(body);
  };

/** Writes the pieces of an answer as fast as the client takes them. A fault ends the connection, so that no part passes for the whole. */
const stream = ({ status, pieces }: StreamedAnswer, response: Response): Promise<void> =>
  pipeline(Readable.from(pieces), response.status(status).type('json'));

/**
 * Parses a request and validates it against the contract.
 *
 * @throws path_not_found, method_not_allowed, media_type_unsupported, request_invalid
 */
export async function readRequest(request: Request, response: Response): Promise<ValidRequest> {
  overrideMethod(request);
  const operation = findOperation(request);
  request.current.operationId = operation.operationId;
  if (hasBody(request)) await readBody(request, response);
  await readTyped(operation.operationId, request.body);
  const validRequest = validateRequest(operation, request);
  refuseInvalidText(validRequest);
  return validRequest;
}
