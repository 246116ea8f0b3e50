import { relative } from 'node:path';
import type { TestCase } from 'vitest/node';
import { faultPage, stores } from './faultPage.ts';
import type { TestPage } from './pageReporter.ts';

/** Tag of tests of faults and abuses, in the options of a test or above a whole file. */
export const tag = 'fault';

/** The table of faults and abuses on both stores. */
export const faults: TestPage = {
  path: 'test/FAULTS.md',
  projects: Object.keys(stores),
  concerns: (_file, source) => new RegExp(`@module-tag ${tag}\\b|tags: '${tag}'`).test(source),
  includes: ({ tags }) => tags.includes(tag),
  write: (tests) => faultPage(tests.map(trialOf)),
};

const trialOf = (test: TestCase) => ({
  file: relative('test', test.module.moduleId),
  name: nameOf(test),
  project: test.project.name,
  held: test.ok(),
});

/** The title of `describe`, then that of `it`, with a colon between them if neither has one before its outcome. */
function nameOf({ name, parent }: TestCase): string {
  if (parent.type !== 'suite') return name;
  const hasOutcome = `${parent.name} ${name}`.includes(': ');
  return `${parent.name}${hasOutcome ? ',' : ':'} ${name}`;
}
