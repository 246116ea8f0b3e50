import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../generated/errors.ts';
import contract from '../../../generated/openapi.zh-CN.json' with { type: 'json' };
import { startServer } from '../../support/server.ts';

const { body_too_large: known, code_invalid, path_not_found } = errorCodes;

const fail = async (path: string, body: unknown, language?: string) => {
  const { origin } = await startServer();
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: {
      'X-Hydrogen-Client-ID': 'sandbox',
      'Content-Type': 'application/json',
      ...(language !== undefined && { 'Accept-Language': language }),
    },
    body: JSON.stringify(body),
  });
  return { headers: response.headers, ...((await response.json()) as { code: string; error_msg: string; errors?: { message: string }[] }) };
};

describe('the language of error_msg', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-Hans-CN;q=1, en-GB;q=0.9', 'zh'],
    ['ZH', 'zh'],
    ['fr, zh;q=0.5', 'zh'],
    ['en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
    ['zh;q=0.2, *;q=0.5', 'en'],
    ['zh;q=0', 'en'],
    ['*', 'en'],
    ['fr', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ] as const)('for Accept-Language %j is %s', async (accepted, language) => {
    const { headers, error_msg } = await fail('/hserve/v2.1/login/username/', { username: 'a'.repeat(2 ** 20), password: '' }, accepted);
    expect(error_msg).toBe(known[language]);
    expect([headers.get('Content-Language'), headers.get('Vary')]).toEqual([language, 'Accept-Language']);
  });

  it.each([
    ['/hserve/v2.1/login/username', {}, `${path_not_found.zh}是不是要请求 POST /hserve/v2.1/login/username/ ？`],
    [
      '/hserve/v2.5/idp/jd/silent-login/',
      { code: 'old' },
      `${code_invalid.zh}该应用的平台是沙箱，只接受 POST /sandbox/jd/login {"person":"larry"} 给出的 code。`,
    ],
    ['/hserve/v2.5/idp/jd/silent-login/', {}, '请求不符合接口契约：code 不合要求（is missing）。'],
  ])('covers texts that the contract does not have: POST %s %j', async (path, body, expected) => {
    expect((await fail(path, body, 'zh')).error_msg).toBe(expected);
  });

  it('does not apply to the messages of fields, which programs compare', async () => {
    const [chinese, english] = await Promise.all(['zh', 'en'].map((language) => fail('/hserve/v2.1/login/username/', {}, language)));
    expect(chinese?.errors).toEqual(english?.errors);
    expect(chinese?.error_msg).not.toBe(english?.error_msg);
  });
});

it.each(Object.entries(errorCodes))('the Chinese text of %s is that of the contract in Chinese, in one line', (code, { zh }) => {
  const codes: Record<string, { meaning: string; error_msg?: string }> = contract.components.schemas.ErrorCode['x-error-codes'];
  const { meaning, error_msg = meaning } = codes[code] ?? { meaning: 'none' };
  expect(zh).toBe(error_msg.trim().replaceAll('\n', ' '));
  expect(zh).toMatch(/^[^\n]*[\u4e00-\u9fff][^\n]*$/);
});
