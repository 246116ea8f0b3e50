import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Response, type Router } from 'express';

/**
 * The site of the documentation, as `npm run docs` builds it, below `/docs`, and its index for language models at `/llms.txt`.
 *
 * @param folder the built site
 * @returns undefined if it was not built
 */
export function docsSite(folder: string): Router | undefined {
  if (!existsSync(join(folder, 'hashmap.json'))) return undefined;
  const router = express.Router();
  for (const text of ['llms.txt', 'llms-full.txt']) {
    router.get(`/${text}`, (_request, response) => response.sendFile(join(folder, text)));
  }
  // The page's address before there was a site.
  router.get('/docs/recipes.zh-CN', (_request, response) => response.redirect('zh-CN/recipes'));
  router.use('/docs', express.static(folder, { extensions: ['html'], setHeaders: mayBeKept }));
  return router;
}

/** Files in `assets/` are named after their content; of the others a browser asks each time whether there is a newer one. */
function mayBeKept(response: Response, path: string): void {
  response.set('Cache-Control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (path.endsWith('.md')) response.type('text/markdown; charset=utf-8');
}
