import { escaped, row } from './pageReporter.ts';

/** The projects that try faults, and the names of their stores. */
export const stores = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** A test of a fault or an abuse on one of the stores. */
export interface Trial {
  /** Under `test`. */
  file: string;
  /** The trial, a colon, and its outcome. */
  name: string;
  project: string;
  held: boolean;
}

const head = `# Faults and abuses tried

Each with what happened, and where that held. The tests write this page at the end of a run that had all of them; it is not edited by
hand, and \`npm test\` fails if its own run has other results. A dash means that the test does not run on that database.
`;

export function faultPage(trials: Trial[]): string {
  const files = [...new Set(trials.map(({ file }) => file))].sort();
  const sections = files.map((file) =>
    section(
      file,
      trials.filter((trial) => trial.file === file),
    ),
  );
  return [head, ...sections].join('\n');
}

function section(file: string, trials: Trial[]): string {
  const names = [...new Set(trials.map(({ name }) => name))];
  const rows = names.map((name) => {
    const held = Object.keys(stores).map((project) => show(trials.find((trial) => trial.name === name && trial.project === project)));
    return row([...tell(name), ...held]);
  });
  const columns = ['Tried', 'What happened', ...Object.values(stores)];
  return `## [${file.replace('.test.ts', '')}](${file})\n\n${row(columns)}\n${row(columns.map(() => '---'))}\n${rows.join('\n')}\n`;
}

function tell(name: string): string[] {
  const [, tried, happened] = name.match(/^(.+?): (.+)$/) ?? [];
  if (!tried || !happened)
    throw new Error(`The title of a fault test must be the attempt, a colon and the result; this one is not: ${name}`);
  return [tried, happened].map(escaped);
}

const show = (trial: Trial | undefined): string => (trial === undefined ? '–' : trial.held ? 'held' : '**failed**');
