import express, { type Express, type RequestHandler } from 'express';
import type { App } from './apps.ts';
import { requestLog } from './log.ts';
import { landingPages } from './mail/landingPages.ts';
import { operatorPages } from './operatorPages.ts';
import type { Services } from './services.ts';
import { allowOrigin } from './steps/allowOrigin.ts';
import { answerError } from './steps/answerError.ts';
import { authenticateApp, authenticateSession } from './steps/authenticate.ts';
import { overrideMethod } from './steps/overrideMethod.ts';
import { refuseNul } from './steps/refuseNul.ts';
import { runOperation } from './steps/runOperation.ts';
import { secureAnswer } from './steps/secureAnswer.ts';
import type { TrustProxy } from './trustProxy.ts';

/** Far above any body of the contract. */
const bodyLimit = '64kb';

export interface AppOptions {
  apps: readonly App[];
  services: Services;
  trustProxy: TrustProxy;
  /** What holds requests to the contract, and answers too outside production (`contractValidation`). */
  contract: RequestHandler[];
}

/** The steps of a request, in order. */
export function createApp({ apps, services, trustProxy, contract }: AppOptions): Express {
  const app = express();
  const appsById = new Map(apps.map((entry) => [entry.client_id, entry]));
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);

  app.use(requestLog(services.log));
  app.use(secureAnswer);
  app.use(operatorPages(services.store));
  app.use(landingPages(appsById, services));
  app.use(allowOrigin(appsById));
  app.use(overrideMethod);
  app.use(express.json({ limit: bodyLimit }));
  app.use(contract);
  app.use(refuseNul);
  app.use(authenticateApp(appsById, services));
  app.use(authenticateSession);
  app.use(runOperation);
  app.use(answerError);
  return app;
}
