/** Chinese letters and full-width punctuation. */
const wide = '[\\u2014\\u2018-\\u201d\\u2026\\u3000-\\u9fff\\uff00-\\uffef]';
const punctuation = '[\\u2014\\u3000-\\u303f\\uff00-\\uffef]';
/** A line's end between two of them, or next to punctuation, unless the next line begins with Markdown's own marks. */
const lineEnd = new RegExp(
  [`(?<=${wide})\\n *(?=${wide})`, `(?<=${punctuation})\\n *(?=[a-z\\[\`](?!\`\`))`, `(?<=[\\w)\`])\\n *(?=${punctuation})`].join('|'),
  'gi',
);

/** Joins the lines of a Chinese paragraph in Markdown: HTML shows the end of a line as a space, which Chinese does not use. */
export const joinChineseLines = (markdown: string): string =>
  markdown
    .split(/(^```.*?^```$)/ms)
    .map((part) => (part.startsWith('```') ? part : part.replaceAll(lineEnd, '')))
    .join('');
