import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../generated/errors.ts';
import type { PlatformName } from '../../../generated/operations.ts';
import { alipayErrors } from '../../../server/platforms/alipay.ts';
import { alipayGatewayErrors } from '../../../server/platforms/alipayGateway.ts';
import { baiduErrors } from '../../../server/platforms/baidu.ts';
import { bytedanceErrors, bytedanceTokenErrors } from '../../../server/platforms/bytedanceCalls.ts';
import { bytedancePhoneErrors } from '../../../server/platforms/bytedancePhoneCode.ts';
import { type ErrorTable, findCode } from '../../../server/platforms/errorTable.ts';
import { jdErrors, jdGatewayErrors } from '../../../server/platforms/jd.ts';
import { exchangeErrors } from '../../../server/platforms/jscode2session.ts';
import { kuaishouErrors } from '../../../server/platforms/kuaishou.ts';
import { wechatPhoneErrors } from '../../../server/platforms/wechatPhoneCode.ts';
import { xiaohongshuErrors } from '../../../server/platforms/xiaohongshu.ts';

/** The tables of each platform's adapter. */
const tablesOf: Record<PlatformName, readonly [ErrorTable, ...ErrorTable[]]> = {
  wechat: [exchangeErrors, wechatPhoneErrors],
  qq: [exchangeErrors],
  baidu: [baiduErrors],
  kuaishou: [kuaishouErrors],
  jd: [jdErrors, jdGatewayErrors],
  alipay: [alipayErrors, alipayGatewayErrors],
  bytedance: [bytedanceErrors, bytedanceTokenErrors, bytedancePhoneErrors],
  xiaohongshu: [xiaohongshuErrors],
};

/** The platform's codes in the guide's first table of errors, each with the contract's codes in its row. */
function rowsOf(platform: string): { code: string; ours: string[] }[] {
  const [, section = ''] = /^## 常见错误码\n(.*?)^## /ms.exec(readFileSync(`docs/guides/${platform}.zh-CN.md`, 'utf8')) ?? [];
  const [table = ''] = section.trim().split('\n\n');
  return [...table.matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)].flatMap(([, theirs = '', cell = '']) => {
    const ours = [...cell.matchAll(/`(\w+)`/g)].flatMap(([, code = '']) => (code in errorCodes ? [code] : []));
    const codes = ours.length > 0 ? (theirs.match(/(?<![\w-])-?\d+\b|(?<=`)[a-z][\w.-]+(?=`)/g) ?? []) : [];
    return codes.map((code) => ({ code, ours }));
  });
}

describe('the table of errors in the guide of', () => {
  it.each(Object.entries(tablesOf))('%s: gives each code that the adapter knows the same meaning', (platform, tables) => {
    const rows = rowsOf(platform);
    const known = rows.filter(({ code }) => tables.some((table) => Object.hasOwn(table, code)));
    expect(known.length).toBeGreaterThan(rows.length / 2);
    const meaningsOf = (code: string) =>
      tables.flatMap((table) => (Object.hasOwn(table, code) ? [findCode(code, [table], 'platform_failed').code] : []));
    expect(known.filter(({ code, ours }) => !meaningsOf(code).some((meaning) => ours.includes(meaning)))).toEqual([]);
  });

  it.each(Object.entries(tablesOf))('%s: has each code that only this platform has', (platform, tables) => {
    const common = new Set(Object.entries(tablesOf).flatMap(([other, theirs]) => (other === platform ? [] : theirs.flatMap(Object.keys))));
    const listed = new Set(rowsOf(platform).map(({ code }) => code));
    const own = tables.flatMap(Object.keys).filter((code) => !common.has(code) && !listed.has(code));
    expect(own).toEqual([]);
  });
});
