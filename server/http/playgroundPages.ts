import { existsSync } from 'node:fs';
import express, { type Router } from 'express';
import { projectFile } from '../config/project.ts';

const builtFolder = projectFile('dist/playground');

/** The page of a server whose playground was not built, as after `npm ci --omit=dev`. */
const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Playground</title>
<link rel="icon" href="../favicon.ico">
<h1>Playground</h1>
<p>It is not built. Run <code>npm ci</code> and <code>npm run build</code>, then reload this page.</p>
<p lang="zh-CN">演练场尚未构建。执行 <code>npm ci</code> 和 <code>npm run build</code> 后刷新本页。</p>
<p><a href="../docs">Reference</a> · <a href="../docs/recipes">Recipes</a> · <a href="../sandbox">Sandbox</a></p>
</html>
`;

/** Whether the playground was built. */
export const hasPlayground = (folder: string = builtFolder): boolean => existsSync(`${folder}/index.html`);

/** The playground: a page with phones that the sandbox's people use. It loads nothing from other servers. @param folder the built page */
export function playgroundPages(folder: string = builtFolder): Router {
  const router = express.Router();
  router.use('/playground', (_request, response, next) => {
    response.set('Content-Security-Policy', "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.set('Cache-Control', 'no-cache');
    next();
  });
  router.get('/playground', ({ path }, response) => {
    // The page's links are relative to an address with a slash at the end.
    if (!path.endsWith('/')) response.redirect('playground/');
    else if (hasPlayground(folder)) response.sendFile(`${folder}/index.html`, { cacheControl: false });
    else response.type('html').send(notBuilt);
  });
  router.use('/playground', express.static(folder, { index: false, redirect: false, cacheControl: false }));
  return router;
}
