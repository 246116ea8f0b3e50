import type { Host } from './host.ts';

/** Capabilities of every JavaScript runtime. */
export const surroundings: Pick<Host, 'now' | 'after' | 'log'> = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  log: (text) => console.log(text),
};
