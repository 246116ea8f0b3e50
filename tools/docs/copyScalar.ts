/**
 * `npm run generate:docs`: writes Scalar's script for browsers and its licence to `generated/docs/`, from the version in
 * `tools/docs/package-lock.json`. The contract does not change them, so
 * `npm run generate` leaves them alone.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { projectFile } from '../../server/config/project.ts';

const source = projectFile('tools/docs/node_modules/@scalar/api-reference');
const target = projectFile('generated/docs/scalar.js.gz');

/** Without the name of a source map, which is four times the script. */
const script = readFileSync(`${source}/dist/browser/standalone.js`, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');

mkdirSync(projectFile('generated/docs'), { recursive: true });
// The same text may be compressed differently by another processor.
if (!existsSync(target) || gunzipSync(readFileSync(target)).toString() !== script) {
  writeFileSync(target, gzipSync(script, { level: constants.Z_BEST_COMPRESSION }));
}
// Its licence asks to go with it, and its package has no copy.
copyFileSync(projectFile('tools/docs/LICENSE'), projectFile('generated/docs/LICENSE'));
