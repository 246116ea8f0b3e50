import { readFileSync } from 'node:fs';

export interface CodeBlock {
  /** The heading above it. */
  heading: string;
  language: string;
  code: string;
}

/** The blocks of code of a Markdown file, in order. */
export function codeBlocksOf(file: string): CodeBlock[] {
  // In a shell, a single # begins a comment.
  const sections = readFileSync(file, 'utf8').split(/^##+ /m);
  return sections.flatMap((section) =>
    [...section.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language = '', code = '']) => ({
      heading: section.split('\n', 1)[0] ?? '',
      language,
      code,
    })),
  );
}
