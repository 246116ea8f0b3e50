import { hash } from 'node:crypto';
import { type Html, html } from './html.ts';

const style = `
body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0; color: #1a1a1a; background: #f4f4f5; }
main { max-width: 26rem; margin: 10vh auto; padding: 1.5rem; background: #fff; border-radius: .75rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
label { display: block; margin: 1rem 0 0; }
fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .7rem; border-radius: .5rem; border: 1px solid #767676; }
button { margin-top: 1.5rem; border: 0; color: #fff; background: #0b57d0; }
input[type=checkbox] { width: auto; }
.wrong { color: #b3261e; }
`;

/** Forbids the page to load or run anything, to submit its form elsewhere, and to send a referrer: its address contains the token. */
export const pageHeaders = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** Renders a whole page, for phones and desktops, without script. */
export const renderPage = (lang: string, title: string, content: Html): string =>
  html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.html;
