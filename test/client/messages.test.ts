import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { HError } from '../../client/core/errors.ts';
import { messageFor } from '../../client/messages.ts';
import { errorCodes } from '../../generated/errors.ts';
import { leaveEs2015 } from '../support/es2015.ts';

describe('messageFor', () => {
  it.each(Object.keys(errorCodes))('returns a sentence in both languages for %s', (code) => {
    const error = new HError(400, 'for developers', { error_code: code });
    expect(messageFor(error)).toMatch(/^[\p{Script=Han}，]+$/u);
    expect(messageFor({ code }, 'en')).toMatch(/^[A-Z][\w ,'-]+\.( [A-Z][\w ,'-]+\.)?$/);
  });

  it('returns a sentence for errors without a code of the contract', () => {
    expect(messageFor(new HError(600, 'network disconnected'))).toBe('网络连接失败，请检查网络');
    expect(messageFor(new HError(429, 'HTTP 429'), 'en')).toBe('Too many attempts. Please try again later.');
    for (const unknown of [
      new HError(418, 'HTTP 418', { error_code: 'a_new_one' }),
      new TypeError('bug'),
      undefined,
      { code: 'toString' },
    ]) {
      expect(messageFor(unknown)).toBe('出了点问题，请稍后再试');
    }
  });

  it('runs with only ES2015', async () => {
    const { outputFiles } = await build({
      entryPoints: ['client/messages.ts'],
      bundle: true,
      write: false,
      target: 'es2015',
      format: 'cjs',
    });
    const module = { exports: {} };
    const context = createContext({ module, exports: module.exports });
    leaveEs2015(context);
    runInContext(outputFiles[0]?.text ?? '', context);
    expect(runInContext("module.exports.messageFor({ code: 'code_used' })", context)).toBe('登录没有成功，请重试');
  });
});
