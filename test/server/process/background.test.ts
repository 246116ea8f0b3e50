import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ApiError } from '../../../server/errors.ts';
import { createBackground } from '../../../server/process/background.ts';

it('begins a task after what its caller still has to do, and settles when it is over', async () => {
  const steps: string[] = [];
  const background = createBackground();
  background.run(async () => void steps.push('task'), pino({ level: 'silent' }));
  for (const step of ['answer', 'sent']) await Promise.resolve().then(() => steps.push(step));
  await background.settled();
  expect(steps).toEqual(['answer', 'sent', 'task']);
});

it.each([
  ['a limit', new ApiError('rate_limited'), 40],
  ['a fault', new ApiError('delivery_unavailable'), 50],
  ['a surprise', new Error('unexpected'), 50],
])('logs %s at the level of its status', async (_case, fault, level) => {
  const lines: string[] = [];
  const background = createBackground();
  background.run(() => Promise.reject(fault), pino({}, { write: (line: string) => void lines.push(line) }));
  await background.settled();
  expect(lines.map((line) => JSON.parse(line).level)).toEqual([level]);
});
