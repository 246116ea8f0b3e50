import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operationTable } from '../generated/client/operations.ts';
import { errorCodes } from '../generated/errors.ts';
import type { ErrorCode } from '../server/errors.ts';
import { smsCodeLifetime } from '../server/sms/codes.ts';

const read = (file: string) => readFileSync(file, 'utf8');
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

  it.each(['deploy/README.md', 'deploy/README.zh-CN.md'])('%s explains what the log says of each 409', (page) => {
    /** Codes whose answer names the fields. */
    const withoutDetail: readonly ErrorCode[] = ['merge_same_account', 'merge_choice_missing'];
    const quoted = quotedOn(page);
    const conflicts = Object.entries(errorCodes).flatMap(([code, { status }]) => (status === 409 ? [code] : []));
    expect(conflicts.filter((code) => !quoted.has(code))).toEqual(withoutDetail);
  });

  it.each([
    ['openapi/paths/sendSmsCode.yaml', 'five minutes'],
    ['openapi/overlays/zh-CN/sms.yaml', '五分钟'],
    ['deploy/README.md', 'five minutes'],
    ['deploy/README.zh-CN.md', '五分钟'],
  ])('%s promises the lifetime that SMS codes have', (page, words) => {
    expect(read(page)).toContain(words);
    expect(smsCodeLifetime).toBe(5 * 60);
  });
});
