// @module-tag fault
import { describe, expect, it } from 'vitest';
import type { PlatformName } from '../../../generated/operations.ts';
import { operationOn } from '../../support/platforms.ts';
import { startServer } from '../../support/server.ts';

type Json = Record<string, unknown>;

/** Fields with ids in each platform's reply. */
const ids: Record<PlatformName, readonly string[]> = {
  wechat: ['openid', 'unionid'],
  qq: ['openid', 'unionid'],
  baidu: ['openid'],
  kuaishou: ['open_id'],
  jd: ['openId', 'xId'],
  alipay: ['open_id', 'user_id', 'union_id'],
  bytedance: ['openid', 'unionid'],
  xiaohongshu: ['openid'],
};
/** Texts that no database keeps, or that different bytes become. */
const odd = { 'U+0000': 'o1\0', 'half a character': 'o1\ud83d', 'bytes that are not UTF-8': 'o1\ufffd' };

const replace = (value: unknown, name: string, id: string): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as Json).map(([key, inner]) => [key, key === name ? id : replace(inner, name, id)]));
};

describe('unusual ids', () => {
  it.each(
    Object.entries(ids).flatMap(([platform, names]) =>
      names.flatMap((name) => Object.entries(odd).map(([what, id]) => ({ platform, name, what, id }))),
    ),
  )('a reply of $platform whose $name has $what: 502 platform_failed, and no user is created', async ({ platform, name, id }) => {
    const server = await startServer({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        return Response.json(replace(await response.json(), name, id));
      },
    });
    const reply = await server.call(operationOn('silentLogin', platform), { body: { code: await server.codeFor(platform, 'larry') } });
    expect(reply).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    expect(await server.store.selectFrom('users').select('id').execute()).toEqual([]);
  });
});
