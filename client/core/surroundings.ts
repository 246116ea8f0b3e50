import type { Host } from './host.ts';

/** What every JavaScript runtime has. */
export const surroundings: Pick<Host, 'now' | 'after' | 'log'> = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  log: (text) => console.log(text),
};
