import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../server/errors.ts';
import { createBackground } from '../../../server/process/background.ts';

describe('background tasks', () => {
  it('start after their caller has finished, and settle when they are over', async () => {
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
  ])('log %s at the level of its status', async (_case, fault, level) => {
    const lines: string[] = [];
    const background = createBackground();
    background.run(() => Promise.reject(fault), pino({}, { write: (line: string) => void lines.push(line) }));
    await background.settled();
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([level]);
  });
});
