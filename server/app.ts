import express, { type Express, type RequestHandler } from 'express';
import type { App } from './apps.ts';
import { requestLog } from './log.ts';
import { landingPages } from './mail/landingPages.ts';
import type { Tracing } from './observe/trace.ts';
import { operatorPages } from './operatorPages.ts';
import type { Services } from './services.ts';
import { allowOrigin } from './steps/allowOrigin.ts';
import { answerError } from './steps/answerError.ts';
import { authenticateApp, authenticateSession } from './steps/authenticate.ts';
import { observeRequest } from './steps/observeRequest.ts';
import { outsideContract } from './steps/outsideContract.ts';
import { overrideMethod } from './steps/overrideMethod.ts';
import { readJson } from './steps/readJson.ts';
import { refuseNul } from './steps/refuseNul.ts';
import { runOperation } from './steps/runOperation.ts';
import { secureAnswer } from './steps/secureAnswer.ts';
import type { TrustProxy } from './trustProxy.ts';

export interface AppOptions {
  apps: readonly App[];
  services: Services;
  trustProxy: TrustProxy;
  /** What holds requests to the contract, and answers too outside production (`contractValidation`). */
  contract: RequestHandler[];
  /** Whether the server is about to end. */
  isStopping: () => boolean;
  /** Undefined where nobody wants traces. */
  tracing?: Tracing | undefined;
  /** What is neither logged nor counted, if there is anything. */
  beside?: RequestHandler;
}

/** The steps of a request, in order. */
export function createApp({ apps, services, trustProxy, contract, isStopping, tracing, beside }: AppOptions): Express {
  const app = express();
  const appsById = new Map(apps.map((entry) => [entry.client_id, entry]));
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);

  if (beside) app.use(outsideContract(beside));
  app.use(requestLog(services.log));
  app.use(observeRequest(services.metrics, tracing));
  app.use(secureAnswer);
  app.use(outsideContract(operatorPages(services.store, isStopping)));
  app.use(outsideContract(landingPages(appsById, services)));
  app.use(allowOrigin(appsById));
  app.use(overrideMethod);
  app.use(readJson);
  app.use(contract);
  app.use(refuseNul);
  app.use(authenticateApp(appsById, services));
  app.use(authenticateSession);
  app.use(runOperation);
  app.use(answerError);
  return app;
}
