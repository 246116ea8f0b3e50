import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** A page that lists tests with their results. */
export interface TestPage {
  path: string;
  /** The projects whose tests it lists. */
  projects: readonly string[];
  /** Whether a file may have such tests. */
  concerns(file: string, source: string): boolean;
  includes(test: TestCase): boolean;
  write(tests: TestCase[]): string;
}

/** Writes a page if a run had all of its tests, so that it is complete. */
export class PageReporter implements Reporter {
  readonly #page: TestPage;
  #vitest: Vitest | undefined;

  constructor(page: TestPage) {
    this.#page = page;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const { path, projects, includes, write } = this.#page;
    if (this.#vitest === undefined || this.#vitest.config.testNamePattern || !(await hasAll(this.#vitest, modules, this.#page))) return;
    const all = modules.filter(({ project }) => projects.includes(project.name)).flatMap((module) => [...module.children.allTests()]);
    const tests = all.filter(includes);
    const untried = tests.filter((test) => !['passed', 'failed'].includes(test.result().state));
    if (untried.length > 0)
      this.#vitest.logger.log(`${path} was not updated, because this run skipped ${untried.map(({ fullName }) => fullName).join('; ')}`);
    else writeFileSync(path, write(tests));
  }
}

/** Whether every file with such tests was loaded and run in each of the page's projects. */
async function hasAll({ projects }: Vitest, modules: readonly TestModule[], page: TestPage): Promise<boolean> {
  const whole = modules.filter((module) => module.errors().length === 0);
  const has = (project: string, file: string) => whole.some((module) => module.project.name === project && module.moduleId === file);
  for (const name of page.projects) {
    const files = await projects.find((project) => project.name === name)?.globTestFiles();
    if (files === undefined) return false;
    if (files.testFiles.some((file) => !has(name, file) && page.concerns(file, readFileSync(file, 'utf8')))) return false;
  }
  return true;
}

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Escapes text for a cell of a table. */
export const escaped = (text: string): string => text.replaceAll(/[\\_*<>[\]|]/g, '\\$&');
