import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { projectFile } from '../config/project.ts';
import { iconLink } from './icon.ts';

/** The page of the reference in each language; its addresses are relative, because a proxy may serve the server under a prefix. */
const references = [
  {
    path: '/docs',
    language: 'en',
    root: '.',
    files: 'docs/',
    title: 'Mini-program login',
    links: [
      ['docs/zh-CN', '中文'],
      ['docs/recipes', 'Recipes'],
    ],
    sandbox: ['sandbox', 'Sandbox'],
  },
  {
    path: '/docs/zh-CN',
    language: 'zh-CN',
    root: '..',
    files: '',
    title: '小程序登录',
    links: [
      ['../docs', 'English'],
      ['recipes.zh-CN', '示例手册'],
    ],
    sandbox: ['../sandbox', '沙箱'],
  },
] as const;

function referencePage({ language, root, files, title, links, sandbox }: (typeof references)[number], hasSandbox: boolean): string {
  const anchors = [...links, ...(hasSandbox ? [sandbox] : [])].map(([href, text]) => `<a href="${href}">${text}</a>`);
  return `<!doctype html>
<html lang="${language}" data-root="${root}"${hasSandbox ? ' data-sandbox' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
${iconLink}
<link rel="stylesheet" href="${files}page.css">
</head>
<body>
<nav><b>${title}</b>${anchors.join('')}</nav>
<div id="reference"></div>
<script type="module" src="${files}start.js"></script>
</body>
</html>
`;
}

const recipes = ['recipes', 'recipes.zh-CN'].map((name) => ({
  path: `/docs/${name}`,
  html: readFileSync(projectFile(`generated/${name}.html`), 'utf8'),
}));

/**
 * Pages about the contract: the reference in two languages, in which a reader can try it, and the recipes. They load nothing from other
 * servers.
 *
 * @param hasSandbox whether `/sandbox` exists
 */
export function docsPages(hasSandbox: boolean): Router {
  const router = express.Router();
  router.use('/docs', (_request, response, next) => {
    response.set(
      'Content-Security-Policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
    next();
  });
  for (const reference of references) {
    const html = referencePage(reference, hasSandbox);
    router.get(reference.path, ({ path }, response) => {
      // The page's links are relative to an address without a slash at the end.
      if (path.endsWith('/')) response.redirect(`../${reference.path.split('/').at(-1)}`);
      else response.type('html').send(html);
    });
  }
  for (const { path, html } of recipes) {
    router.get(path, (_request, response) => {
      response.type('html').send(html);
    });
  }
  router.get('/docs/scalar.js', sendScalar);
  router.use('/docs', express.static(projectFile('generated/docs'), { index: false, setHeaders: mayBeKept }));
  return router;
}

/** Lets a browser keep a file, if it asks each time whether there is a newer one. */
const mayBeKept = (response: Response) => void response.set('Cache-Control', 'no-cache');

const scalar = projectFile('generated/docs/scalar.js.gz');

const sendScalar: RequestHandler = async (request, response) => {
  mayBeKept(response);
  response.type('js').vary('Accept-Encoding');
  if (request.acceptsEncodings('gzip')) response.set('Content-Encoding', 'gzip').sendFile(scalar);
  else await pipeline(createReadStream(scalar), createGunzip(), response);
};
