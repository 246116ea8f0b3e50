import express, { type Express, type RequestHandler } from 'express';
import type { App } from './apps.ts';
import { requestLog } from './log.ts';
import { landingPages } from './mail/landingPages.ts';
import { operatorPages } from './operatorPages.ts';
import type { Services } from './services.ts';
import { answerError } from './steps/answerError.ts';
import { authenticateApp, authenticateSession } from './steps/authenticate.ts';
import { outsideContract } from './steps/outsideContract.ts';
import { overrideMethod } from './steps/overrideMethod.ts';
import { refuseNul } from './steps/refuseNul.ts';
import { runOperation } from './steps/runOperation.ts';

/** Far above any body of the contract. */
const bodyLimit = '64kb';

export interface AppOptions {
  apps: readonly App[];
  services: Services;
  /** What holds requests to the contract, and answers too outside production (`contractValidation`). */
  contract: RequestHandler[];
  /** What stands in for the platforms under `/sandbox`, if anything does. */
  sandbox?: RequestHandler[] | undefined;
}

/** The steps of a request, in order. */
export function createApp({ apps, services, contract, sandbox }: AppOptions): Express {
  const app = express();
  const appsById = new Map(apps.map((entry) => [entry.client_id, entry]));
  app.disable('x-powered-by');
  app.disable('etag');

  if (sandbox) app.use('/sandbox', sandbox);
  app.use(requestLog(services.log));
  app.use(outsideContract(operatorPages(services.store)));
  app.use(outsideContract(landingPages(appsById, services)));
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
