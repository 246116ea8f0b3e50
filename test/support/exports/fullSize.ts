import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openidOf, unionidOf } from '../../../server/sandbox/people.ts';
import { header, isPhoneVerified, leancloudRow } from './leancloud.ts';
import { personOf } from './people.ts';

/** The people of an export repeat after this many: each oddity occurs once in it. */
export const cycle = 1000;

/** The counts that an import of the export has to report. */
export interface Expected {
  records: number;
  new: number;
  refused: number;
  pairs: number;
}

/** Places in the cycle, by the oddity of the row. */
const places = { broken: 100, nameless: 200, sameName: 300, samePhone: 400, guest: 500, twoPlatforms: 600, badEmail: 700, whole: 900 };
const refusedPlaces: ReadonlySet<number> = new Set([places.nameless, places.sameName, places.badEmail]);
const hasSamePhone = (n: number) => n % cycle === places.samePhone && isPhoneVerified(n - 2);

const isImported = (n: number) => !(refusedPlaces.has(n % cycle) || hasSamePhone(n));
/** Whether a person's own number is imported as verified. */
export const provesPhone = (n: number): boolean =>
  isPhoneVerified(n) && isImported(n) && ![places.guest, places.samePhone].includes(n % cycle);
/** The people whose password is hashed as LeanCloud does, which takes a millisecond, and whom the sandbox's WeChat knows. */
const isWhole = (n: number): boolean => n % cycle === places.whole;
export const wholePersonOf = (round: number): number => round * cycle + places.whole;

/** Writes an export of LeanCloud with everything that goes wrong in one. @returns the counts that an import of it has to report */
export async function writeFullSize(path: string, people: number): Promise<Expected> {
  const expected: Expected = { records: 0, new: 0, refused: 0, pairs: 0 };
  function* lines() {
    yield `${header}\n`;
    for (let n = 0; n < people; n++) {
      const place = n % cycle;
      expected.records++;
      if (isImported(n)) expected.new++;
      else expected.refused++;
      if (hasSamePhone(n)) expected.pairs++;
      if (place === places.broken) {
        expected.records++;
        expected.refused++;
        yield '{"objectId":"5b6aa4ff808ca4007057c8c8","username":\n';
      }
      yield `${JSON.stringify(rowOf(n))}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(path));
  return expected;
}

function rowOf(n: number): object {
  const row = leancloudRow(personOf(n), isWhole(n));
  switch (n % cycle) {
    case places.nameless:
      return { ...row, objectId: undefined };
    case places.sameName:
      return { ...row, username: personOf(n - 1).name.toUpperCase() };
    case places.samePhone:
      return { ...row, mobilePhoneNumber: personOf(n - 2).phone, mobilePhoneVerified: true };
    case places.guest:
      return { objectId: row.objectId, authData: { anonymous: { id: row.objectId } }, createdAt: row.createdAt, updatedAt: row.updatedAt };
    case places.twoPlatforms:
      return { ...row, authData: { ...row.authData, lc_qqapp: { openid: `E${row.objectId}` } } };
    case places.badEmail:
      return { ...row, email: 'no address' };
    case places.whole: {
      const openid = openidOf('wechat', 'sandbox-wechat', sandboxName(n));
      return { ...row, authData: { lc_weapp: { openid, unionid: unionidOf('wechat', sandboxName(n)), session_key: 'x' } } };
    }
    default:
      return row;
  }
}

/** The name of a person in the sandbox. */
export const sandboxName = (n: number): string => `person_${n}`;
