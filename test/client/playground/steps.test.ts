import { describe, expect, it } from 'vitest';
import { decodeSteps, encodeSteps, type Step } from '../../../client/playground/steps.ts';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('the steps of a share link', () => {
  it('are read as they were written', () => {
    const steps: Step[] = [
      { phone: 'wechat', press: 'profile', person: 'new-3', fault: 'busy', consent: 'decline' },
      { phone: 'qq', press: 'link', other: 'wechat', merge: false },
      { phone: 'jd', press: 'password_login', fault: 'mistypes' },
    ];
    expect(decodeSteps(encodeSteps(steps))).toEqual(steps);
  });

  it('lose what no step has', () => {
    const step = { phone: 'qq', press: 'login', person: '<img>', fault: 'fire', consent: 'maybe', other: 'icq', merge: 'yes', script: 'x' };
    expect(decodeSteps(encoded([step]))).toEqual([{ phone: 'qq', press: 'login' }]);
  });

  it.each([
    ['no text of base64', '%%%'],
    ['no JSON', Buffer.from('steps').toString('base64url')],
    ['no list', encoded({ phone: 'qq', press: 'login' })],
    ['an empty list', encoded([])],
    ['a phone that does not exist', encoded([{ phone: 'icq', press: 'login' }])],
    ['a press that does not exist', encoded([{ phone: 'qq', press: 'steal' }])],
    ['nothing', encoded([null])],
    ['too many', encoded(Array.from({ length: 201 }, () => ({ phone: 'qq', press: 'login' })))],
  ])('are refused if they are %s', (_case, text) => {
    expect(decodeSteps(text)).toBeUndefined();
  });
});
