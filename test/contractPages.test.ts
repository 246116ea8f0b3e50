import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messages } from '../client/core/errors.ts';
import { operationTable } from '../generated/client/operations.ts';
import { errorCodes } from '../generated/errors.ts';
import type { ErrorCode } from '../server/errors.ts';
import { limitOf, rateLimitNames } from '../server/limits/limits.ts';
import { smsCodeLifetime } from '../server/sms/codes.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
/** The texts in backticks on a page, each way of `{one,other}` spelt out. */
const quotedOn = (page: string) => new Set([...read(page).matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) => waysOf(text)));

function waysOf(text: string): string[] {
  const [choice, ways] = /\{(\w+(?:,\w+)+)\}/.exec(text) ?? [];
  return choice === undefined || ways === undefined ? [text] : ways.split(',').flatMap((way) => waysOf(text.replace(choice, way)));
}

describe('a page about the contract', () => {
  it.each([
    'docs/protocol.md',
    'docs/protocol.zh-CN.md',
  ])('%s has the path of each operation of clients, but those of a platform', (page) => {
    const quoted = quotedOn(page);
    const own = Object.values(operationTable).flatMap(({ path }) => (path.includes('/idp/') ? [] : [path]));
    expect(own.filter((path) => !(quoted.has(path) || quoted.has(path.replace('/hserve/', ''))))).toEqual([]);
  });

  it.each([
    'openapi/openapi.yaml',
    'docs/protocol.md',
    'docs/protocol.zh-CN.md',
  ])('%s lists every value of X-Hydrogen-Client-Platform', (page) => {
    const names = globSync('client/*.ts').flatMap((file) => /\bname: '([A-Z]+)'/.exec(read(file))?.[1] ?? []);
    expect(names.length).toBeGreaterThan(8);
    const quoted = quotedOn(page);
    expect(names.filter((name) => !quoted.has(name))).toEqual([]);
  });

  it.each(['docs/protocol.md', 'docs/protocol.zh-CN.md'])('%s lists every status of an error, with codes that have it', (page) => {
    const rows = [...read(page).matchAll(/^\| ([45]\d\d[^|]*) \| (.*) \|$/gm)].map(([, statuses = '', text = '']) => ({
      statuses: (statuses.match(/\d{3}/g) ?? []).map(Number),
      quoted: [...text.matchAll(/`(\w+)`/g)].flatMap(([, code = '']) => (isErrorCode(code) ? [code] : [])),
    }));
    const listed = new Set(rows.flatMap(({ statuses }) => statuses));
    expect(Object.values(errorCodes).flatMap(({ status }) => (listed.has(status) ? [] : [status]))).toEqual([]);
    const others = rows.flatMap(({ statuses, quoted }) => quoted.filter((code) => !statuses.includes(errorCodes[code].status)));
    expect(others).toEqual([]);
  });

  it.each(['docs/protocol.md', 'docs/protocol.zh-CN.md'])("%s lists the client's own errors", (page) => {
    const listed = [...read(page).matchAll(/^\| (6\d\d[^|]*) \| ([^|]*) \|/gm)].flatMap(([, codes = '', text = '']) =>
      (codes.match(/\d{3}/g) ?? []).map((code) => ({ code: Number(code), text })),
    );
    const textOf = new Map(listed.map(({ code, text }) => [code, text]));
    expect([...textOf.keys()]).toEqual(Object.keys(messages).map(Number));
    // "third party auth denied, failed" is two.
    const isSaid = (code: string, message: string) => message.split(' ').every((word) => textOf.get(Number(code))?.includes(word));
    expect(Object.entries(messages).filter(([code, message]) => !isSaid(code, message))).toEqual([]);
  });

  it.each(['deploy/README.md', 'deploy/README.zh-CN.md'])("%s names the contract's codes in its table of the log's fields", (page) => {
    const codes = [...read(page).matchAll(/^ {3}\| (`.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/(?<=`)\w+(?=`)/g) ?? []);
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
  });

  it.each(['deploy/README.md', 'deploy/README.zh-CN.md'])('%s explains what the log says of each 409', (page) => {
    /** Codes whose answer names the fields. */
    const withoutDetail: readonly ErrorCode[] = ['merge_same_account', 'merge_choice_missing'];
    const quoted = quotedOn(page);
    const conflicts = Object.entries(errorCodes).flatMap(([code, { status }]) => (status === 409 ? [code] : []));
    expect(conflicts.filter((code) => !quoted.has(code))).toEqual(withoutDetail);
  });

  it.each(['deploy/README.md', 'deploy/README.zh-CN.md'])('%s lists the rate limits of each client id', (page) => {
    const [list = ''] = /^- `platform_ip`.*?(?=client id)/ms.exec(read(page)) ?? [];
    expect(list.match(/(?<=`)\w+(?=`)/g)).toEqual(rateLimitNames.filter((name) => limitOf(name).perClient));
  });

  it.each([
    ['openapi/paths/sendSmsCode.yaml', 'within five minutes and five tries'],
    ['openapi/overlays/zh-CN/sms.yaml', '五分钟内有效，最多'],
    ['deploy/README.md', 'codes live for five minutes'],
    ['deploy/README.zh-CN.md', '验证码五分钟内有效'],
  ])('%s promises the lifetime that SMS codes have', (page, words) => {
    expect(read(page)).toContain(words);
    expect(smsCodeLifetime, 'change the words in this table, then the pages').toBe(5 * 60);
  });
});
