import { createReadStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { projectFile } from '../config/project.ts';
import { docsNavigation } from './docsNavigation.ts';
import { docsSite } from './docsSite.ts';
import { iconLink } from './icon.ts';

/** The page of the reference in each language; its addresses are relative, because a proxy may serve the server under a prefix. */
const references = [
  {
    path: '/docs',
    language: 'en',
    root: '.',
    folder: 'docs/',
    other: ['docs/zh-CN', '中文'],
    sandbox: [
      ['playground/?lang=en', 'Playground'],
      ['sandbox', 'Sandbox'],
    ],
  },
  {
    path: '/docs/zh-CN',
    language: 'zh-CN',
    root: '..',
    folder: '',
    other: ['../docs', 'English'],
    sandbox: [
      ['../playground/?lang=zh', '演练场'],
      ['../sandbox', '沙箱'],
    ],
  },
] as const;

function referencePage(
  { language, root, folder, other, sandbox }: (typeof references)[number],
  { hasSandbox, hasSite }: { hasSandbox: boolean; hasSite: boolean },
): string {
  const { title, pages, reference, recipes } = docsNavigation[language];
  const shown = hasSite ? pages : [recipes];
  const anchors = [
    ...shown.map(({ path, text }) => `<a href="${folder}${path}">${text}</a>`),
    ...(hasSite ? [`<a href="" aria-current="page">${reference.text}</a>`] : []),
    ...[other, ...(hasSandbox ? sandbox : [])].map(([href, text]) => `<a href="${href}">${text}</a>`),
  ];
  return `<!doctype html>
<html lang="${language}" data-root="${root}"${hasSandbox ? ' data-sandbox' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
${iconLink}
<link rel="stylesheet" href="${folder}page.css">
</head>
<body>
<nav><b>${title}</b>${anchors.join('')}</nav>
<div id="reference"></div>
<script type="module" src="${folder}start.js"></script>
</body>
</html>
`;
}

const recipes = ['recipes', 'recipes.zh-CN'].map((name) => ({
  path: `/docs/${name}`,
  html: readFileSync(projectFile(`generated/${name}.html`), 'utf8'),
}));

/**
 * Pages about the contract: the reference in two languages, in which a reader can try it, and the recipes; with the site of the whole
 * documentation if it was built. They load nothing from other servers.
 *
 * @param hasSandbox whether `/sandbox` exists
 * @param siteFolder the site that `npm run docs` builds; not served if absent or not built
 */
export function docsPages(hasSandbox: boolean, siteFolder?: string): Router {
  const router = express.Router();
  const site = siteFolder === undefined ? undefined : docsSite(siteFolder);
  router.use('/docs', (_request, response, next) => {
    response.set(
      'Content-Security-Policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
    next();
  });
  for (const reference of references) {
    const html = referencePage(reference, { hasSandbox, hasSite: site !== undefined });
    router.get(reference.path, ({ path }, response) => {
      // The page's links are relative to an address without a slash at the end.
      if (path.endsWith('/')) response.redirect(`../${reference.path.split('/').at(-1)}`);
      else response.type('html').send(html);
    });
  }
  router.get('/docs/scalar.js', sendScalar);
  router.use('/docs', express.static(projectFile('generated/docs'), { index: false, setHeaders: mayBeKept }));
  if (site) router.use(site);
  for (const { path, html } of recipes) {
    router.get(path, (_request, response) => {
      response.type('html').send(html);
    });
  }
  router.use('/docs', (request, response, next) => {
    if (request.accepts(['json', 'html']) !== 'html') return next();
    response.status(404);
    if (siteFolder !== undefined && site) response.sendFile('404.html', { root: siteFolder });
    else
      response
        .type('text')
        .send('The documentation has no such page, or has not been built: npm run docs builds it, then restart the server.\n');
  });
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
