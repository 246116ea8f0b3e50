import { describe, expect, it } from 'vitest';
import { sign } from '../../../server/platforms/jd.ts';

describe("JD's signature", () => {
  it("is JD's documented one: sorted names and values between two secrets, MD5, upper case", () => {
    const parameters = {
      method: 'jingdong.miniapp.mixUserInfo',
      app_key: 'key',
      timestamp: '2026-11-21 10:00:00',
      v: '2.0',
      '360buy_param_json': '{"code":"c"}',
    };
    expect(sign(parameters, 'secret')).toBe('7BCFA389F08911D036D61E8E3E870486');
  });
});
