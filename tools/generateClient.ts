/**
 * `npm run generate:client -- --lang LANG --out DIR`: generates a client from the bundle with npm packages alone. TypeScript gets a whole
 * client; the other languages get the contract's schemas as types that read and write its JSON.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { InputData, JSONSchemaInput, quicktypeMultiFile } from 'quicktype-core';

const bundle = new URL('../generated/openapi.json', import.meta.url);

/** Languages that get types: quicktype's name of the language, and the output file if there is only one. */
const typed = {
  python: { options: { 'python-version': '3.7' }, file: 'login.py' },
  java: { options: { package: 'login' }, file: 'Login.java' },
  kotlin: { options: { package: 'login', framework: 'jackson' }, file: 'Login.kt' },
  go: { options: { package: 'login' }, file: 'login.go' },
  swift: { options: {}, file: 'Login.swift' },
} as const;
export const languages = ['typescript', ...(Object.keys(typed) as (keyof typeof typed)[])] as const;
export type Language = (typeof languages)[number];

/** Generates a language's client into a folder, overwriting files of the same names. */
export async function generateClient(language: Language, folder: string): Promise<void> {
  if (language === 'typescript')
    await createClient({ input: bundle.pathname, output: { path: folder, clean: false }, logs: { level: 'silent' } });
  else await writeTypes(language, folder);
}

async function writeTypes(language: keyof typeof typed, folder: string): Promise<void> {
  const { options, file } = typed[language];
  const schema = new JSONSchemaInput(undefined);
  await schema.addSource({ name: 'Login', schema: JSON.stringify(schemaOfAll()) });
  const inputData = new InputData();
  inputData.addInput(schema);
  const files = await quicktypeMultiFile({ inputData, lang: language, rendererOptions: options, outputFilename: file });
  mkdirSync(folder, { recursive: true });
  for (const [name, { lines }] of files) writeFileSync(join(folder, name === 'stdout' ? file : name), lines.join('\n'));
}

/** Builds one schema that refers to every object of the contract: given schema by schema, quicktype duplicates shared types. */
function schemaOfAll() {
  // Times remain strings, which need no library in any language.
  const { components } = JSON.parse(readFileSync(bundle, 'utf8'), (key, value) =>
    key === 'format' && value === 'date-time' ? undefined : value,
  );
  const schemas = Object.entries<Record<string, unknown>>(components.schemas);
  // quicktype names types after titles.
  for (const [name, schema] of schemas) schema.title = name;
  const objects = schemas.filter(([, { type, allOf }]) => type === 'object' || allOf !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(objects.map(([name]) => [name, { $ref: `#/components/schemas/${name}` }])),
    components,
  };
}

function readArguments(): { language: Language; folder: string } {
  const { lang, out } = parseArgs({ options: { lang: { type: 'string' }, out: { type: 'string' } } }).values;
  const language = languages.find((name) => name === lang);
  if (!language) throw new Error(`--lang: must be one of ${languages.join(', ')}`);
  if (!out) throw new Error('--out: must name the folder to write to');
  return { language, folder: out };
}

if (import.meta.main) {
  try {
    const { language, folder } = readArguments();
    await generateClient(language, folder);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 2;
  }
}
