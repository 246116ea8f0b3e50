import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type TypedLanguage, typedLanguages, writeTypes } from '../../tools/clients/quicktype.ts';
import { contract, generateClient } from '../../tools/generateClient.ts';
import { operation, operationIds, requestExamplesOf, requestMediaOf, responseExamplesOf, responseMediaOf } from '../support/contract.ts';
import { createFolder } from '../support/folder.ts';

const clientOperations = operationIds.filter((id) => operation(id)['x-audience'] === 'client');

/** A folder with a language's types. */
async function types(language: TypedLanguage): Promise<string> {
  const folder = createFolder();
  await writeTypes(language, contract, folder);
  return folder;
}

describe('npm run generate:client', () => {
  it('writes a TypeScript client that compiles on its own, with a function for every operation of clients', async () => {
    const folder = createFolder();
    await generateClient('typescript', folder);
    const program = ts.createProgram([join(folder, 'index.ts')], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
    });
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    const entry = program.getSourceFile(join(folder, 'index.ts'));
    const exported = program
      .getTypeChecker()
      .getExportsOfModule(program.getTypeChecker().getSymbolAtLocation(entry as ts.SourceFile) as ts.Symbol);
    expect(exported.map(({ name }) => name)).toEqual(expect.arrayContaining(clientOperations));
  });

  const nameOf = (schema: object = {}) => ('$ref' in schema ? String(schema.$ref).replace('#/components/schemas/', '') : '');
  /** Every example of a body, and the name of its schema; those without named fields are plain dictionaries. */
  const bodies = clientOperations
    .flatMap((id) =>
      [
        { media: requestMediaOf(id), examples: requestExamplesOf(id) },
        ...Object.keys(operation(id).responses).map((status) => ({
          media: responseMediaOf(id, status),
          examples: responseExamplesOf(id, status),
        })),
      ].flatMap(({ media, examples }) => examples.map(({ value }) => ({ schema: nameOf(media?.schema), value }))),
    )
    .filter(({ schema }) => !['Empty', 'SdkVersions'].includes(schema));

  /** Reads every body with the type of its schema's name and writes it again; says which comes back with other values. The types leave custom fields out. */
  const roundTrip = `
import json, sys, login

def within(part, whole):
    if isinstance(part, dict): return all(key in whole and within(value, whole[key]) for key, value in part.items())
    if isinstance(part, list): return len(part) == len(whole) and all(map(within, part, whole))
    return part == whole

types = {name.lower(): value for name, value in vars(login).items()}
bodies = json.load(sys.stdin)
for body in bodies:
    written = types[body['schema'].lower()].from_dict(body['value']).to_dict()
    if not within(written, body['value']): print(body['schema'], written)
print(len(bodies))
`;

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)(
    "writes Python types that read and write the contract's examples unchanged",
    async () => {
      const folder = await types('python');
      const said = execFileSync('python3', ['-c', roundTrip], { cwd: folder, input: JSON.stringify(bodies), encoding: 'utf8' });
      expect(said).toBe(`${bodies.length}\n`);
    },
  );

  it.each(typedLanguages)('writes types of %s that parse', async (language) => {
    const folder = await types(language);
    const grammar = language === 'csharp' ? 'c_sharp' : language;
    // Optimizing the larger grammars can exceed V8's memory limit, which kills the process.
    const said = execFileSync(process.execPath, ['--liftoff-only', 'test/support/parseFolder.ts', grammar, folder], { encoding: 'utf8' });
    expect(said).toBe(`${readdirSync(folder).length}\n`);
  });

  it('without Java writes types, says so in a line, and exits with 3', () => {
    const folder = createFolder();
    const { status, stderr } = spawnSync(process.execPath, ['tools/generateClient.ts', '--lang', 'go', '--out', folder], {
      env: { ...process.env, PATH: folder },
      encoding: 'utf8',
    });
    expect(stderr).toBe('Wrote types without calls: openapi-generator needs Java, which was not found: install Java 11 or newer\n');
    expect(status).toBe(3);
    expect(readdirSync(folder)).toEqual(['login.go']);
  });
});
