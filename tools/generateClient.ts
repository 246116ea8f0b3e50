/**
 * `npm run generate:client -- --lang LANG --out DIR`: what other teams generate from the bundle, with nothing but what npm brought.
 * TypeScript gets a whole client, the other languages get the contract's schemas as types that read and write its JSON.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { InputData, JSONSchemaInput, quicktypeMultiFile } from 'quicktype-core';

const bundle = new URL('../generated/openapi.json', import.meta.url);

/** The languages that get types: what quicktype is told, and the name of the one file where it writes one. */
const typed = {
  python: { options: { 'python-version': '3.7' }, file: 'login.py' },
  java: { options: { package: 'login' }, file: 'Login.java' },
  kotlin: { options: { package: 'login', framework: 'jackson' }, file: 'Login.kt' },
  go: { options: { package: 'login' }, file: 'login.go' },
  swift: { options: {}, file: 'Login.swift' },
} as const;
export const languages = ['typescript', ...(Object.keys(typed) as (keyof typeof typed)[])] as const;
export type Language = (typeof languages)[number];

/** Writes what a language gets to a folder, over what is there by the same names. */
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

/** One schema that refers to every object of the contract: given one by one, quicktype makes copies of what they share. */
function schemaOfAll() {
  // Times stay text, which needs no library in any language.
  const { components } = JSON.parse(readFileSync(bundle, 'utf8'), (key, value) =>
    key === 'format' && value === 'date-time' ? undefined : value,
  );
  const schemas = Object.entries<Record<string, unknown>>(components.schemas);
  // Types are named after titles.
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
