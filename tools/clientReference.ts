/** Writes the client's reference, in both languages: `docs/client.md` and `docs/client.zh-CN.md`. */
import { writeFileSync } from 'node:fs';
import { clientReference } from './clientReference/page.ts';
import { createTranslator } from './clientReference/translations.ts';

/** The docstrings on the page, in their order. */
export async function referenceTexts(): Promise<Set<string>> {
  const texts = new Set<string>();
  await clientReference('en', (english) => {
    if (english !== '') texts.add(english);
    return english;
  });
  return texts;
}

/** The pages by their files. */
export const referencePages = async (): Promise<Record<string, string>> => ({
  'docs/client.md': await clientReference('en', (english) => english),
  'docs/client.zh-CN.md': await clientReference('zh-CN', createTranslator()),
});

export async function writeReference(): Promise<void> {
  for (const [file, page] of Object.entries(await referencePages())) writeFileSync(file, page);
}

if (import.meta.main) await writeReference();
