import express, { type Router } from 'express';
import type { Logger } from 'pino';
import { checkStore } from '../store/readiness.ts';
import type { Store } from '../store/schema.ts';
import { bundleFile, readerFiles, translatedFiles } from './contract.ts';
import { docsPages } from './docsPages.ts';
import { icon } from './icon.ts';
import { playgroundPages } from './playgroundPages.ts';

/** The pages to read, for clients that ask for `/` and are no browser. Relative, because a proxy may serve the server under a prefix. */
const places = { contract: 'openapi.json', contract_for_clients: 'openapi.client.json', reference: 'docs', recipes: 'docs/recipes' };
const sandboxPlaces = { sandbox: 'sandbox', playground: 'playground/' };

/**
 * Routes besides the contract's operations: health, the contract itself, and pages to read it.
 *
 * @param isStopping whether the process is shutting down
 * @param hasSandbox whether `/sandbox` exists
 * @param docsFolder the built site of the documentation (`docsPages`)
 */
export function operatorPages(
  { store, now, log }: { store: Store; now: () => number; log: Logger },
  isStopping: () => boolean,
  { hasSandbox, docsFolder }: { hasSandbox: boolean; docsFolder: string | undefined },
): Router {
  const router = express.Router();
  let checking: Promise<void> | undefined;
  /** Concurrent checks share one result, because a check writes. */
  const check = () => {
    checking ??= checkStore(store, now()).finally(() => {
      checking = undefined;
    });
    return checking;
  };
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async ({ current }, response) => {
    current.intended = isStopping();
    if (current.intended) return void response.status(503).json({ status: 'error', error_msg: 'The server is stopping.' });
    try {
      await check();
      response.json({ status: 'ok' });
    } catch (error) {
      log.error(error, 'readiness check failed');
      response.status(503).json({ status: 'error', error_msg: 'The store cannot be read or written, or its schema is not up to date.' });
    }
  });
  // Browsers request it for pages that link no icon.
  router.get('/favicon.ico', (_request, response) => {
    response.type('svg').send(icon);
  });
  router.get('/openapi.json', (_request, response) => {
    response.sendFile(bundleFile);
  });
  for (const { path, file } of [...translatedFiles, ...readerFiles]) {
    router.get(path, (_request, response) => {
      response.sendFile(file);
    });
  }
  router.get('/', (request, response) => {
    if (request.get('Accept')?.includes('text/html')) response.redirect(hasSandbox ? 'playground/' : 'docs');
    else response.json({ status: 'ok', ...(hasSandbox ? { ...places, ...sandboxPlaces } : places) });
  });
  if (hasSandbox) router.use(playgroundPages());
  router.use(docsPages(hasSandbox, docsFolder));
  return router;
}
