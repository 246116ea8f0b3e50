import type { Json, Mutation } from './mutant.ts';

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
};

/** A server behind a proxy that looks different and breaks no word: it has other headers, and its keys in another order. */
export const truth: Mutation['mutate'] = async ({ forward }) => {
  const answer = await forward();
  const { headers } = answer;
  headers.set('Server', 'nginx/1.27.4');
  headers.set('Via', '1.1 gateway');
  headers.set('Strict-Transport-Security', 'max-age=31536000');
  headers.set('Content-Type', headers.get('Content-Type')?.replace('; charset=utf-8', ';charset=UTF-8') ?? '');
  return Object.assign(answer, { body: reversed(answer.body) });
};
