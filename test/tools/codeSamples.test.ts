import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostObjects } from '../../client/core/hostObjects.ts';
import { operationTable } from '../../generated/operations.ts';
import type { CodeSample } from '../../tools/samples/codeSamples.ts';
import { operation, operationIds } from '../support/contract.ts';
import { startMock } from '../support/mock.ts';

/** Only operations for clients have samples. */
const sampled = operationIds.filter((id) => 'x-codeSamples' in operation(id));
const samples = sampled.map((id) => {
  const { 'x-codeSamples': written } = operation(id) as { 'x-codeSamples'?: CodeSample[] };
  return { id, written: new Map(written?.map(({ label, source }) => [label, source])) };
});

describe('the samples of curl', () => {
  let mock: Awaited<ReturnType<typeof startMock>>;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.stop());

  it.each(samples)('$id: the request fits the contract', async ({ id, written }) => {
    const command = `${written.get('curl')?.replace('http://127.0.0.1:3000', mock.origin).replace('file=@picture.jpg', "'file=any;filename=picture.jpg'")} -s -o /dev/null -w '%{http_code} %{method}'`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env: { ...process.env, TOKEN: 'any' } });
    expect(stdout).toMatch(new RegExp(`^20[01] ${operationTable[id].method}$`));
  });
});

/** Compiles modules that exist in memory alone. @returns the compiler's errors */
function compile(modules: Map<string, string>): string[] {
  const folder = `${import.meta.dirname}/samples/`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    paths: { 'miniprogram-login-client/*': [`${import.meta.dirname}/../../client/*.ts`] },
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const inMemory = (file: string) => (file.startsWith(folder) ? modules.get(file.slice(folder.length)) : undefined);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => inMemory(file) ?? readFile(file);
  host.fileExists = (file) => inMemory(file) !== undefined || fileExists(file);
  host.getSourceFile = (file, ...others) => {
    const source = inMemory(file);
    return source === undefined ? getSourceFile(file, ...others) : ts.createSourceFile(file, source, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram(
    [...modules.keys()].map((name) => folder + name),
    options,
    host,
  );
  return [...modules.keys()].flatMap((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(folder + name))
      .map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 200)}`),
  );
}

it('compile: the samples compile against the mini-program client and the typed client', () => {
  const modules = new Map<string, string>();
  const given = `declare const event: { detail: { errMsg: string; encryptedData: string; iv: string; code: string; rawData: string; signature: string; userInfo: any } };
declare const profile: typeof event.detail;
declare const code: string;
declare const phone: { response: string };
declare const token: string;
declare const avatarPath: string;
declare const file: Blob;
`;
  for (const { id, written } of samples) {
    const own = written.get('mini-program');
    const platform = Object.entries(hostObjects).find(([, object]) => own?.includes(`${object}.BaaS`))?.[0];
    const hosts =
      platform === undefined
        ? `import type { BaaS as Web } from 'miniprogram-login-client/web';\ndeclare const BaaS: Web;\n`
        : `import type { BaaS } from 'miniprogram-login-client/${platform}';\ndeclare const ${hostObjects[platform as 'wechat']}: { BaaS: BaaS };\n`;
    if (own !== undefined) modules.set(`${id}.app.ts`, `${hosts}${given}${own}`);
    modules.set(`${id}.api.ts`, `${written.get('typed client')}\n${given}export {}`);
  }
  expect(modules.size).toBeGreaterThan(sampled.length);
  expect(compile(modules)).toEqual([]);
}, 60_000);
