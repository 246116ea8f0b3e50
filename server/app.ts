import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { operationTable } from '../generated/operations.ts';
import type { App } from './config/apps.ts';
import type { TrustProxy } from './config/trustProxy.ts';
import { clientAddress } from './http/clientAddress.ts';
import { operatorPages } from './http/operatorPages.ts';
import { landingPages } from './mail/landingPages.ts';
import type { Tracing } from './observe/trace.ts';
import { picturesPath } from './pictures/folder.ts';
import { picturePages } from './pictures/picturePages.ts';
import { pushesPath, pushPages } from './pushes/pushPages.ts';
import { sandboxClientId } from './sandbox/sandbox.ts';
import type { Services } from './services.ts';
import { allowOrigin } from './steps/allowOrigin.ts';
import { answerError } from './steps/answerError.ts';
import { answerOperation } from './steps/answerOperation.ts';
import { observeRequest } from './steps/observeRequest.ts';
import { secureAnswer } from './steps/secureAnswer.ts';
import type { ValidateAnswer } from './steps/validateAnswer.ts';
import { wellKnown } from './tokens/metadata.ts';
import { webLoginPages } from './webLogins/pages.ts';

export interface AppOptions {
  apps: readonly App[];
  services: Services;
  trustProxy: TrustProxy;
  /** Validates responses against the contract, so that tests find undeclared ones, which become a 500. Undefined in production. */
  validateAnswer?: ValidateAnswer | undefined;
  /** Whether the server is shutting down. */
  isStopping: () => boolean;
  /** Undefined if tracing is not configured. */
  tracing?: Tracing | undefined;
  /** Routes that are neither logged nor counted unless they fail. */
  quietRoutes?: RequestHandler | undefined;
  /** The site of the documentation, if it is served and was built (`npm run docs`). */
  docsFolder?: string | undefined;
}

/** First segments of the contract's paths. */
const operationRoots = [...new Set(Object.values(operationTable).map(({ path }) => `/${path.split('/')[1]}`))];

/** Creates the Express app of the server. */
export function createApp({
  apps,
  services,
  trustProxy,
  validateAnswer,
  isStopping,
  tracing,
  quietRoutes,
  docsFolder,
}: AppOptions): Express {
  const app = express();
  const appsById = new Map(apps.map((entry) => [entry.client_id, entry]));
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);

  const observe = observeRequest({ ...services, tracing, addressOf: clientAddress(trustProxy, services.log) });
  const observeFault: ErrorRequestHandler = (fault, request, response, next) => observe(request, response, () => next(fault));
  if (quietRoutes) app.use(quietRoutes, observeFault);
  app.use(observe, secureAnswer);
  const { folder } = services.pictures;
  if (folder !== undefined) app.use(picturesPath, picturePages(folder), answerError(validateAnswer));
  app.use(pushesPath, pushPages(apps, services), answerError(validateAnswer));
  const operations: RequestHandler[] = [answerOperation(appsById, services, validateAnswer)];
  if (apps.some(({ cors_origins }) => cors_origins.length > 0)) operations.unshift(allowOrigin(appsById));
  // Before the pages, because comparing each of their paths would slow down every operation.
  app.use(operationRoots, operations);
  app.use(wellKnown(services.signingKeys, services.publicUrl));
  app.use(webLoginPages(appsById, services));
  app.use(operatorPages(services, isStopping, { hasSandbox: appsById.has(sandboxClientId), docsFolder }), landingPages(appsById, services));
  app.use(operations, answerError(validateAnswer));
  return app;
}
