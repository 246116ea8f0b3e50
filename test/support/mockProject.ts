import type { TestProject } from 'vitest/node';
import { startMock } from './mock.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the run's mock, if the project has one. */
    mock: string | undefined;
  }
}

/** One mock for all tests of the project, because it stores nothing. */
export default async function startProjectMock(project: TestProject): Promise<() => Promise<void>> {
  const { origin, stop } = await startMock();
  project.provide('mock', origin);
  return stop;
}
