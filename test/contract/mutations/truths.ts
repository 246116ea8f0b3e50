import type { Answer, Json, Mutation } from './mutant.ts';

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
};

const changed = (change: (answer: Answer) => unknown): Mutation['mutate'] =>
  async function mutate({ forward }) {
    const answer = await forward();
    change(answer);
    return answer;
  };

/** Servers that look different and break no word, by what is different. */
export const truths: Record<string, Mutation['mutate']> = {
  'behind a proxy': changed(() => undefined),
  'with other headers': changed(({ headers }) => {
    headers.set('Server', 'nginx/1.27.4');
    headers.set('Via', '1.1 gateway');
    headers.set('Strict-Transport-Security', 'max-age=31536000');
    headers.set('Content-Type', headers.get('Content-Type')?.replace('; charset=utf-8', ';charset=UTF-8') ?? '');
  }),
  'with its keys in another order': changed((answer) => Object.assign(answer, { body: reversed(answer.body) })),
};
