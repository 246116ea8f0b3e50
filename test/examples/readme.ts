import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { codeBlocksOf } from '../support/markdown.ts';

const root = join(import.meta.dirname, '../../examples');

/** An example, and the commands that succeed if its tools are on the machine. */
export interface Example {
  /** Its folder below `examples/`. */
  name: string;
  needs: readonly string[];
}

export const folderOf = ({ name }: Example): string => join(root, name);

/** Whether a tool of an example is missing; a line says which. */
export function lacksTools({ name, needs }: Example): boolean {
  const missing = needs.filter((command) => spawnSync(command, { shell: true }).status !== 0);
  if (missing.length > 0) process.stdout.write(`Skipping the example ${name}, because this fails: ${missing.join(', ')}\n`);
  return missing.length > 0;
}

/** The block of an example's README in a language. */
export function blockOf(example: Example, language: string): string {
  const block = codeBlocksOf(join(folderOf(example), 'README.md')).find((block) => block.language === language);
  if (!block) throw new Error(`the README of ${example.name} has no block of ${language}`);
  return block.code;
}
