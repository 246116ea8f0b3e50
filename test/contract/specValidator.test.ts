import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../support/folder.ts';
import { pythonToolsOrSkip } from '../support/python.ts';

const commands = pythonToolsOrSkip('openapi-spec-validator');
const generated = join(import.meta.dirname, '../../generated');
const bundles = readdirSync(generated).filter((file) => /^openapi.*\.json$/.test(file));

function validate(file: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(join(`${commands}`, 'openapi-spec-validator'), [file], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('openapi-spec-validator', () => {
  it.skipIf(!commands).each(bundles)('finds %s valid', (file) => {
    expect(validate(join(generated, file))).toEqual({ status: 0, output: expect.stringContaining('OK') });
  });

  it.skipIf(!commands)('finds a contract without a version invalid', () => {
    const { info, ...contract } = JSON.parse(readFileSync(join(generated, 'openapi.json'), 'utf8'));
    const file = join(createFolder(), 'openapi.json');
    writeFileSync(file, JSON.stringify({ ...contract, info: { ...info, version: undefined } }));
    expect(validate(file).status).toBe(1);
  });
});
