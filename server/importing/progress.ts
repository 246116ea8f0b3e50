/** The figures of a progress line. */
export interface ProgressFigures {
  records: number;
  /** Records that an earlier run had imported. */
  skipped: number;
  /** From 0 to 1, by the bytes that are read. */
  done: number;
}

/** Milliseconds between two lines. */
const interval = 5000;
const barLength = 20;

/** Prints how far an import is, every few seconds. @param title the activity */
export function createProgress(title: string, print: (text: string) => void): (figures: ProgressFigures) => void {
  const started = performance.now();
  let printed = started;
  return (figures) => {
    const now = performance.now();
    if (now - printed < interval) return;
    printed = now;
    print(`${progressLine(title, figures, (now - started) / 1000)}\n`);
  };
}

/** @param seconds since the start */
export function progressLine(title: string, { records, skipped, done }: ProgressFigures, seconds: number): string {
  const full = Math.round(Math.min(done, 1) * barLength);
  const bar = `[${'#'.repeat(full)}${'-'.repeat(barLength - full)}]`;
  const rate = Math.round((records - skipped) / Math.max(seconds, 0.001));
  const left = done > 0 && done < 1 ? `, ${duration((seconds * (1 - done)) / done)} left` : '';
  return `${title} ${bar} ${Math.floor(Math.min(done, 1) * 100)} %, ${records.toLocaleString('en')} records, ${rate.toLocaleString('en')}/s${left}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const pad = (number: number) => String(number).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}
