import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { faultPage, stores } from './faultPage.ts';

const page = 'test/FAULTS.md';
/** Tag of tests of faults and abuses, in the options of a test or above a whole file. */
export const tag = 'fault';

/** Writes the table of faults and abuses if a run tried all of them on every store, so that it is complete. */
export class FaultReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (this.#vitest === undefined || this.#vitest.config.testNamePattern || !(await hasAll(this.#vitest, modules))) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const faults = tests.filter(({ tags, project }) => tags.includes(tag) && project.name in stores);
    const untried = faults.filter((test) => !['passed', 'failed'].includes(test.result().state));
    if (untried.length > 0) this.#vitest.logger.log(`${page} was not updated, because this run skipped ${untried.map(nameOf).join('; ')}`);
    else writeFileSync(page, faultPage(faults.map(trialOf)));
  }
}

/** Whether every file with such tests was loaded and run in each of its projects. */
async function hasAll({ projects }: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  const whole = modules.filter((module) => module.errors().length === 0);
  const has = (project: string, file: string) => whole.some((module) => module.project.name === project && module.moduleId === file);
  for (const name of Object.keys(stores)) {
    const files = await projects.find((project) => project.name === name)?.globTestFiles();
    if (files === undefined) return false;
    if (files.testFiles.some((file) => mentionsFaults(file) && !has(name, file))) return false;
  }
  return true;
}

const mentionsFaults = (file: string): boolean => new RegExp(`@module-tag ${tag}\\b|tags: '${tag}'`).test(readFileSync(file, 'utf8'));

/** The title of `describe`, then that of `it`, with a colon between them if neither has one before its outcome. */
function nameOf({ name, parent }: TestCase): string {
  if (parent.type !== 'suite') return name;
  const hasOutcome = `${parent.name} ${name}`.includes(': ');
  return `${parent.name}${hasOutcome ? ',' : ':'} ${name}`;
}

const trialOf = (test: TestCase) => ({
  file: relative('test', test.module.moduleId),
  name: nameOf(test),
  project: test.project.name,
  held: test.ok(),
});
