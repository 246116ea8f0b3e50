import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/server.ts';

const folder = 'openapi/workflows';
const workflows = readdirSync(folder).filter((file) => file.endsWith('.arazzo.yaml'));

describe('the workflows', () => {
  it('exist', () => expect(workflows).toEqual(['first-login.arazzo.yaml', 'link-existing.arazzo.yaml', 'phone.arazzo.yaml']));

  it.each(workflows)('%s runs to its end', async (file) => {
    const { origin } = await startServer();
    const servers = ['--server', `login=${origin}`, '--server', `sandbox=${origin}/sandbox`];
    const person = `p-${randomUUID().slice(0, 8)}`;
    const args = ['respect', `${folder}/${file}`, ...servers, '--input', `person=${person}`];
    const { stdout, stderr } = await promisify(execFile)('node_modules/.bin/redocly', args, { env: { ...process.env, NO_COLOR: '1' } });
    expect(stdout + stderr).toMatch(/Workflows: 1 passed, 1 total/);
  });
});
