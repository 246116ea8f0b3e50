/**
 * Builds the folder for a uni-app project's `uni_modules`, as DCloud's market takes it: the login page of `examples/uni-app` with a copy of the
 * client in place of the npm package. Runs after `buildClient.ts`.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = 'examples/uni-app/src/uni_modules/miniprogram-login';
/** The package's ES modules. */
const client = 'dist/npm/esm';

/** @param folder the output folder, named like the module */
export function buildUniModule(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(source, folder, { recursive: true });
  for (const file of ['index.js', 'messages.js', ...globSync('**/*.d.ts', { cwd: client })]) {
    cpSync(join(client, file), join(folder, 'js_sdk/client', file));
  }
  const entry = join(folder, 'js_sdk/index.ts');
  const imports = readFileSync(entry, 'utf8').replaceAll(
    /'miniprogram-login-client(?:\/(\w+))?'/g,
    (_name, file = 'index') => `'./client/${file}.js'`,
  );
  writeFileSync(entry, imports);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  for (const file of ['LICENSE', 'THIRD-PARTY-LICENSES']) cpSync(`dist/npm/${file}`, join(folder, file));
}

if (import.meta.main) buildUniModule('dist/uni_modules/miniprogram-login');
