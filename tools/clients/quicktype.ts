/** Writes the contract's schemas as types that read and write its JSON, with quicktype, which npm installs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputData, JSONSchemaInput, quicktypeMultiFile } from 'quicktype-core';

/** Languages with types: quicktype's options of the language, and the output file if there is only one. */
const typed = {
  python: { options: { 'python-version': '3.7' }, file: 'login.py' },
  java: { options: { package: 'login' }, file: 'Login.java' },
  kotlin: { options: { package: 'login', framework: 'jackson' }, file: 'Login.kt' },
  go: { options: { package: 'login' }, file: 'login.go' },
  csharp: { options: { namespace: 'Login' }, file: 'Login.cs' },
  rust: { options: {}, file: 'login.rs' },
  php: { options: {}, file: 'Login.php' },
  swift: { options: {}, file: 'Login.swift' },
} as const;
export type TypedLanguage = keyof typeof typed;
export const typedLanguages = Object.keys(typed) as TypedLanguage[];

/** Writes a language's types into a folder, overwriting files of the same names. */
export async function writeTypes(language: TypedLanguage, contract: string, folder: string): Promise<void> {
  const { options, file } = typed[language];
  const schema = new JSONSchemaInput(undefined);
  await schema.addSource({ name: 'Login', schema: JSON.stringify(schemaOfAll(contract)) });
  const inputData = new InputData();
  inputData.addInput(schema);
  const files = await quicktypeMultiFile({ inputData, lang: language, rendererOptions: options, outputFilename: file });
  mkdirSync(folder, { recursive: true });
  for (const [name, { lines }] of files) writeFileSync(join(folder, name === 'stdout' ? file : name), lines.join('\n'));
}

/** Builds one schema that refers to every object of the contract: given schema by schema, quicktype duplicates shared types. */
function schemaOfAll(contract: string) {
  // Times remain strings, which need no library in any language.
  const { components } = JSON.parse(readFileSync(contract, 'utf8'), (key, value) =>
    key === 'format' && value === 'date-time' ? undefined : value,
  );
  const schemas = Object.entries<Record<string, unknown>>(components.schemas);
  // quicktype names types after titles.
  for (const [name, schema] of schemas) schema.title = name;
  const objects = schemas.filter(([, { type }]) => type === 'object');
  return {
    type: 'object',
    properties: Object.fromEntries(objects.map(([name]) => [name, { $ref: `#/components/schemas/${name}` }])),
    components,
  };
}
