/** Writes the version of package.json into the lock file, the contract, its workflows and the client. Part of `npm run release`. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));

for (const file of ['openapi/openapi.yaml', ...globSync('openapi/workflows/*.yaml')]) replace(file, /(?<=^ {2}version: ).*$/m);
replace('client/core/version.ts', /(?<=export const version = ').*(?=')/);
replace('package-lock.json', /(?<="name": "miniprogram-login",\n +"version": ")[^"]*/g);
function replace(file: string, place: RegExp): void {
  const text = readFileSync(file, 'utf8');
  if (text.search(place) < 0) throw new Error(`${file}: no version to replace`);
  writeFileSync(file, text.replace(place, version));
}
