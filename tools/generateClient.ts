/**
 * `npm run generate:client -- --lang LANG [--out DIR]`: generates a client from the contract as clients see it; TypeScript by Hey API, the
 * other languages by openapi-generator. Without Java it writes only the contract's schemas as types, says so, and exits with 3.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { MissingTool, writeClient } from './clients/openapiGenerator.ts';
import { type TypedLanguage, typedLanguages, writeTypes } from './clients/quicktype.ts';

const root = new URL('..', import.meta.url);
/** The contract as clients see it. */
export const contract = fileURLToPath(new URL('generated/openapi.client.json', root));

export const languages = ['typescript', ...typedLanguages] as const;
export type Language = 'typescript' | TypedLanguage;

/**
 * Generates a language's client into a folder, overwriting files of the same names.
 *
 * @throws {MissingTool} after writing only types, because the machine cannot run openapi-generator
 */
export async function generateClient(language: Language, folder: string): Promise<void> {
  if (language === 'typescript') await createClient({ input: contract, output: { path: folder, clean: false }, logs: { level: 'silent' } });
  // Types only: a complete Swift client could be tested only on a Mac.
  else if (language === 'swift') await writeTypes(language, contract, folder);
  else await writeWhole(language, folder);
}

async function writeWhole(language: Exclude<TypedLanguage, 'swift'>, folder: string): Promise<void> {
  try {
    writeClient(language, contract, folder);
  } catch (error) {
    if (error instanceof MissingTool) await writeTypes(language, contract, folder);
    throw error;
  }
}

function readArguments(): { language: Language; folder: string } {
  const { lang, out } = parseArgs({ options: { lang: { type: 'string' }, out: { type: 'string' } } }).values;
  const language = languages.find((name) => name === lang);
  if (!language) throw new Error(`--lang: must be one of ${languages.join(', ')}`);
  return { language, folder: out ?? fileURLToPath(new URL(`examples/clients/${language}/login`, root)) };
}

if (import.meta.main) {
  try {
    const { language, folder } = readArguments();
    await generateClient(language, folder);
    process.stdout.write(`${folder}\n`);
  } catch (error) {
    const isMissing = error instanceof MissingTool;
    process.stderr.write(`${isMissing ? 'Wrote types without calls: ' : ''}${error instanceof Error ? error.message : error}\n`);
    process.exitCode = isMissing ? 3 : 2;
  }
}
