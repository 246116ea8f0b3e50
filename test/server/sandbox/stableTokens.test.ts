import { describe, expect, it } from 'vitest';
import { createStableTokens } from '../../../server/sandbox/stableTokens.ts';

function start() {
  const clock = { time: 1_800_000_000 };
  return { clock, tokens: createStableTokens(() => clock.time) };
}

describe("WeChat's stable tokens in the sandbox", () => {
  it('stay the same until five minutes before they expire, and overlap then', () => {
    const { clock, tokens } = start();
    const first = tokens.issue(false);
    expect(first.expires_in).toBe(7200);
    clock.time += 6899;
    expect(tokens.issue(false)).toEqual({ access_token: first.access_token, expires_in: 301 });
    clock.time += 1;
    const second = tokens.issue(false);
    expect(second.access_token).not.toBe(first.access_token);
    expect([tokens.check(first.access_token), tokens.check(second.access_token)]).toEqual(['good', 'good']);
    clock.time += 300;
    expect([tokens.check(first.access_token), tokens.check(second.access_token)]).toEqual(['expired', 'good']);
  });

  it('invalidate the previous token on a forced renewal, at most every thirty seconds', () => {
    const { clock, tokens } = start();
    const first = tokens.issue(false);
    const second = tokens.issue(true);
    expect([tokens.check(first.access_token), tokens.check(second.access_token)]).toEqual(['unknown', 'good']);
    clock.time += 29;
    expect(tokens.issue(true).access_token).toBe(second.access_token);
    clock.time += 1;
    expect(tokens.issue(true).access_token).not.toBe(second.access_token);
  });

  it('are the only accepted ones', () => {
    expect(start().tokens.check(undefined)).toBe('unknown');
  });
});
