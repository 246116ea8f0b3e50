import express, { type ErrorRequestHandler, type Express } from 'express';
import { middleware } from 'express-openapi-validator';
import type { OpenApiRequest } from 'express-openapi-validator/dist/framework/types.js';
import { createMetrics } from '../../../server/observe/metrics.ts';
import { answerError } from '../../../server/steps/answerError.ts';
import { findOperation } from '../../../server/steps/findOperation.ts';
import { hasBody, readBody } from '../../../server/steps/readBody.ts';
import { validateRequest } from '../../../server/steps/validateRequest.ts';
import { contract, resolve } from '../../support/contract.ts';

/** Creates an app that parses bodies like the server. */
function bareApp(): Express {
  const app = express();
  const metrics = createMetrics();
  app.use(async (request, response, next) => {
    request.current = {
      id: 'reference',
      ownId: undefined,
      ip: undefined,
      path: request.path,
      origin: undefined,
      userAgent: undefined,
      challengeResponse: undefined,
      trace: undefined,
      metrics,
      operationId: undefined,
      appId: undefined,
      waited: undefined,
      error: undefined,
      fault: undefined,
      intended: false,
    };
    if (hasBody(request)) await readBody(request, response);
    next();
  });
  return app;
}

/** The server's routing and its generated validators; answers with the request as an operation gets it. */
export function generatedApp(): Express {
  const app = bareApp();
  app.use((request, response) => {
    const { path, query, body } = validateRequest(findOperation(request), request);
    response.json({ path, query, body });
  });
  app.use(answerError());
  return app;
}

/** The same with express-openapi-validator, which reads the bundle itself. */
export function referenceApp(): Express {
  const app = bareApp();
  app.use(middleware({ apiSpec: withOpenQueries(), validateSecurity: false }));
  app.use((request, response) => {
    const { openapi, query, body } = request as OpenApiRequest;
    response.json({ path: openapi && 'pathParams' in openapi ? openapi.pathParams : {}, query, body });
  });
  const answerRefusal: ErrorRequestHandler = (fault, request, response, next) => {
    if (!('errors' in fault && 'status' in fault)) answerError()(fault, request, response, next);
    else response.status(fault.status).json({ errors: fault.errors });
  };
  app.use(answerRefusal);
  return app;
}

/** The bundle, with a rule that it states only in prose: an operation without query parameters ignores its query. */
function withOpenQueries() {
  const spec = structuredClone(contract);
  for (const { parameters: shared = [], ...item } of Object.values(spec.paths)) {
    for (const operation of Object.values(item)) {
      const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) => resolve(parameter));
      const hasQuery = parameters.some(({ in: place }) => place === 'query');
      Object.assign(operation, { 'x-eov-allow-unknown-query-parameters': !hasQuery });
    }
  }
  return spec as never;
}
