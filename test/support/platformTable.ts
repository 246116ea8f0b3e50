import { relative } from 'node:path';
import type { TestCase } from 'vitest/node';
import { stores } from './faultPage.ts';
import { escaped, row, type TestPage } from './pageReporter.ts';
import { platformNames } from './platforms.ts';

const head = `# Behaviour on each platform

The tests of the server and of the clients that run on more than one platform. They write this page at the end of a whole run; it is not
edited by hand, and \`npm test\` fails if its own run has other results. A dash means that the platform lacks what the test is about: a
button, a signature, a unionid.
`;

const anyPlatform = new RegExp(`\\b(?:${platformNames.join('|')})\\b`, 'g');
const folders = /\/test\/(?:client|server)\//;

/** The table of tests by platform. */
export const platformTable: TestPage = {
  path: 'test/PLATFORMS.md',
  projects: Object.keys(stores),
  concerns: (file) => folders.test(file),
  includes: (test) => folders.test(test.module.moduleId) && platformOf(test) !== undefined,
  write(tests) {
    const sections = Map.groupBy(tests, (test) => relative('test', test.module.moduleId));
    const parts = [...sections].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([file, ofFile]) => section(file, ofFile));
    return [head, ...parts].join('\n');
  },
};

/** The one platform that a test's titles name. */
function platformOf({ fullName }: TestCase): string | undefined {
  const [platform, ...others] = new Set(fullName.match(anyPlatform));
  return others.length === 0 ? platform : undefined;
}

/** The titles of a test without its platform. */
const behaviourOf = ({ fullName }: TestCase): string =>
  fullName
    .replaceAll(' > ', ', ')
    .replaceAll(new RegExp(`(?:,? (?:on|of|from|for) )?${anyPlatform.source}(?:'s)?`, 'g'), '')
    .replaceAll(/\s+,|,(?=,)/g, ',')
    .replace(/^[\s,]+/, '')
    .replaceAll(/\s{2,}/g, ' ')
    .trim();

/** The table of a file; none if each of its tests runs on one platform only. */
function section(file: string, tests: readonly TestCase[]): string[] {
  const rows = [...Map.groupBy(tests, behaviourOf)].flatMap(([behaviour, trials]) => {
    const cells = platformNames.map((platform) => resultOf(trials.filter((test) => platformOf(test) === platform)));
    return cells.filter((cell) => cell !== '–').length > 1 ? [row([escaped(behaviour), ...cells])] : [];
  });
  if (rows.length === 0) return [];
  const columns = ['Behaviour', ...platformNames];
  return [`## [${file.replace('.test.ts', '')}](${file})\n\n${row(columns)}\n${row(columns.map(() => '---'))}\n${rows.join('\n')}\n`];
}

const resultOf = (tests: readonly TestCase[]): string => {
  if (tests.length === 0) return '–';
  return tests.every((test) => test.ok()) ? 'yes' : '**failed**';
};
