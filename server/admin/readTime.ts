import { InvalidArgumentError, Option } from 'commander';
import { unixNow } from '../process/time.ts';

const units = { m: 60, h: 3600, d: 86_400 };

/**
 * Reads a date, a date and time, or a time from now.
 *
 * @param direction 1 if `24h` is a time ahead, -1 if it is a time ago
 * @returns a reader for Commander, whose result is unix seconds
 */
export const timeReader =
  (direction: 1 | -1) =>
  (text: string): number => {
    const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
    const seconds =
      unit === undefined ? Date.parse(text) / 1000 : unixNow() + direction * Number(count) * units[unit as keyof typeof units];
    if (Number.isNaN(seconds)) {
      throw new InvalidArgumentError(`It must be a date, a date and time, or a time ${direction === 1 ? 'ahead' : 'ago'} such as 24h.`);
    }
    return Math.floor(seconds);
  };

const forms = '2026-11-21, 2026-11-21T08:00:00Z, or a time ago: 30m, 24h, 7d';

/** @param subject the things from that time on, such as `events` */
export const sinceOption = (subject: string) =>
  new Option('--since <time>', `only ${subject} from then on: ${forms}`).argParser(timeReader(-1));

/** @param subject the things before that time */
export const untilOption = (subject: string) =>
  new Option('--until <time>', `only ${subject} before then, likewise`).argParser(timeReader(-1));
