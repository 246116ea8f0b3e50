import { parseArgs } from 'node:util';
import * as z from 'zod';
import { type StoreName, stores } from './figures.ts';
import { callers } from './people.ts';

export const groups = ['read', 'login', 'password', 'start'] as const;
export type Group = (typeof groups)[number];

const storeNames = Object.keys(stores) as StoreName[];

const options = z.strictObject({
  rounds: z.coerce.number().int().min(1).max(20),
  seconds: z.coerce.number().int().min(1).max(120),
  people: z.coerce.number().int().min(callers).max(10_000_000),
  /** Minutes under load in which memory should not grow; 0 to skip. */
  soak: z.coerce.number().min(0).max(120),
  only: z.array(z.enum(groups)).min(1),
  stores: z.array(z.enum(storeNames)).min(1),
});
export type Options = z.infer<typeof options>;

/**
 * `--rounds 3 --seconds 4 --people 1000000 --only read,login --stores sqlite --soak 10`
 *
 * @throws an error that names each option that is wrong and what it must be
 */
export function readOptions(args: string[]): Options {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    args,
    options: {
      rounds: text('3'),
      seconds: text('4'),
      people: text('1000000'),
      soak: text('0'),
      only: text(groups.join()),
      stores: text(storeNames.join()),
    },
  });
  const result = options.safeParse({ ...values, only: values.only.split(','), stores: values.stores.split(',') });
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
}
