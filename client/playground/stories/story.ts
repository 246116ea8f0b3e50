import type { Step } from '../steps.ts';

type Both = Record<'en' | 'zh', string>;

/** A step, with its outcome: `ok` if absent, otherwise the server's error code or the client's own number. */
export interface StoryStep extends Step {
  expect?: string;
}

export interface Story {
  id: string;
  title: Both;
  intro: Both;
  /** The heading of the recipe that it shows. */
  recipe?: Both;
  /** Number of accounts at the end, for stories in which it matters. */
  accounts?: number;
  steps: StoryStep[];
}
