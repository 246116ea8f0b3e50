import type { Language, Text } from '../errors.ts';
import * as texts from './welcomeTexts.ts';

/** The page of `GET /sandbox`: how to act as a person on the simulated platforms. */
export function welcome(platforms: readonly string[], language: Language): string {
  const say = (text: Text) => text[language].replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  const list = (items: readonly Text[]) => `<ul>\n${items.map((item) => `<li>${say(item)}</li>`).join('\n')}\n</ul>`;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${say(texts.title)}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem } code { background: #eee; padding: 0 .25em }</style>
<h1>${say(texts.title)}</h1>
<p>${say(texts.introduction(platforms))}</p>
<h2>${say(texts.acting)}</h2>
<p>${say(texts.names)}</p>
${list(texts.actions)}
<h2>${say(texts.faulting)}</h2>
${list(texts.faults)}
`;
}
