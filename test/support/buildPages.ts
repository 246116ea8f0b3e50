import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nodeEnv } from './nodeEnv.ts';

/** Builds the pages that the server serves, from the sources under test. */
export default async function buildPages(): Promise<void> {
  await promisify(execFile)('npm', ['run', 'build:playground'], { env: nodeEnv });
}
