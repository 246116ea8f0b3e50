import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type Router } from 'express';
import type { Logger } from 'pino';
import { projectFile } from '../config/project.ts';
import { checkStore } from '../store/readiness.ts';
import type { Store } from '../store/schema.ts';
import { bundleFile, readerFiles } from './contract.ts';

/** Resolved instead of imported, because the files are for browsers. */
const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const page = (links: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mini-program login</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
<style>nav { font: 16px/1.5 system-ui, sans-serif; max-width: 1460px; margin: 1rem auto 0; padding: 0 20px }</style>
</head>
<body>
<nav>${links}</nav>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script type="module" src="docs/start.js"></script>
</body>
</html>
`;
/** Script of the page. Lists only this server, by the address that the browser used, because the page may reach no other. */
const start = `const server = new URL('.', location.href).href.slice(0, -1);
const contract = await (await fetch(server + '/openapi.json')).json();
contract.servers = [{ url: server, description: 'This server' }];
for (const operation of Object.values(contract.paths).flatMap(Object.values)) {
  // Aliases are described by the operation that they name.
  if (!operation.operationId || operation.deprecated) continue;
  operation.externalDocs = { description: 'Recipes: every possible answer', url: server + '/docs/recipes#' + operation.operationId.toLowerCase() };
}
SwaggerUIBundle({
  spec: contract,
  dom_id: '#swagger-ui',
  deepLinking: true,
  filter: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 1,
  showExtensions: true,
  validatorUrl: null,
});
`;

const recipeLinks = '<a href="docs/recipes">Recipes</a> · <a href="docs/recipes.zh-CN">示例手册</a>';
const sandboxLink = '<a href="sandbox">Sandbox · 沙箱</a>';

const recipes = ['recipes', 'recipes.zh-CN'].map((name) => ({
  path: `/docs/${name}`,
  html: readFileSync(projectFile(`generated/${name}.html`), 'utf8'),
}));

/**
 * Routes besides the contract's operations: health, the contract itself, and pages to read it.
 *
 * @param isStopping whether the process is shutting down
 * @param hasSandbox whether `/sandbox` exists
 */
export function operatorPages(
  { store, now, log }: { store: Store; now: () => number; log: Logger },
  isStopping: () => boolean,
  hasSandbox: boolean,
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
  router.get('/readyz', async (_request, response) => {
    if (isStopping()) return void response.status(503).json({ status: 'error', error_msg: 'The server is stopping.' });
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
    response.sendFile(join(swaggerUi, 'favicon-32x32.png'));
  });
  router.get('/openapi.json', (_request, response) => {
    response.sendFile(bundleFile);
  });
  for (const { path, file } of readerFiles) {
    router.get(path, (_request, response) => {
      response.sendFile(file);
    });
  }
  router.get('/', (request, response, next) => {
    if (request.get('Accept')?.includes('text/html')) response.redirect('docs');
    else next();
  });
  router.use('/docs', (_request, response, next) => {
    // The page may load nothing from other servers.
    response.set(
      'Content-Security-Policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
    next();
  });
  router.get('/docs', ({ path }, response) => {
    // The page's links are relative to `/`.
    if (path.endsWith('/')) response.redirect('../docs');
    else response.type('html').send(page(hasSandbox ? `${recipeLinks} · ${sandboxLink}` : recipeLinks));
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(start);
  });
  for (const { path, html } of recipes) {
    router.get(path, (_request, response) => {
      response.type('html').send(html);
    });
  }
  router.use('/docs', express.static(swaggerUi, { index: false }));
  return router;
}
