import { isRecord } from '../../accounts/sameJson.ts';
import { hashSessionToken } from '../../crypto/tokens.ts';
import { leancloudHash, readSelfDescribing } from '../../importedPasswords/foreignForms.ts';
import type { ImportedHash } from '../../importedPasswords/importedHash.ts';
import { IdentityReader } from '../identityReader.ts';
import { type Problem, RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';
import { type Fields, fieldsWithout, idIn, nameIn, textIn, timeIn, tokenIn } from '../values.ts';
import { takeProfile } from './profile.ts';

/** The platforms of the keys in `authData` that can mean one only. Others are the operator's to say. */
const platformOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    lc_weapp: 'wechat',
    lc_qqapp: 'qq',
    lc_baidu: 'baidu',
    lc_alipay: 'alipay',
    lc_tt: 'bytedance',
    lc_apple: 'apple',
  }),
);

const known = new Set([
  ...['objectId', '_id', 'username', 'email', 'emailVerified', 'mobilePhoneNumber', 'mobilePhoneVerified', 'password', 'salt'],
  ...['bcryptPassword', '_hashed_password', 'sessionToken', 'authData', 'ACL', '_rperm', '_wperm', 'createdAt', 'updatedAt'],
  ...['_created_at', '_updated_at', 'className', '__type'],
]);

/** LeanCloud's export of the class `_User`: `_User.0.jsonl` in a tar.gz, or the dump of its database. */
export const leancloud: Source = {
  name: 'leancloud',
  isUsersFile: (name) => /(^|\/)_User(\.\d+)?\.(jsonl?|bson)(\.gz)?$/.test(name),
  convert(record, { keys }) {
    const legacyId = idIn(record.objectId ?? record._id);
    if (legacyId === undefined) throw new RefusedRecord('has no objectId');
    const { identities, problems, anonymous } = readAuthData(record.authData, new IdentityReader(keys));
    const { profile, fields } = takeProfile(fieldsWithout(record, known));
    const email = nameIn(record.email, record.emailVerified === true);
    const phone = nameIn(record.mobilePhoneNumber, record.mobilePhoneVerified === true);
    const password = readPassword(record, problems);
    const token = tokenIn(record.sessionToken);
    return {
      legacyId,
      source: 'leancloud',
      createdAt: timeIn(record.createdAt ?? record._created_at),
      updatedAt: timeIn(record.updatedAt ?? record._updated_at),
      username: textIn(record.username),
      email,
      phone,
      password,
      identities,
      profile,
      fields,
      anonymous: anonymous && identities.length === 0 && !password && email === undefined && phone === undefined,
      sessions: token === undefined ? [] : [{ tokenHash: hashSessionToken(token) }],
      problems,
    };
  },
};

/** Reads `authData`. An unknown key can mean any platform and app, so the operator has to map it. */
export function readAuthData(authData: unknown, reader: IdentityReader, platforms = platformOf) {
  let anonymous = false;
  for (const [key, data] of Object.entries(isRecord(authData) ? authData : {})) {
    if (key === 'anonymous') anonymous = data !== null;
    else if (key === '_weixin_unionid') reader.addUnionid('wechat', isRecord(data) ? idIn(data.uid) : undefined);
    else if (key === '_qq_unionid') reader.addUnionid('qq', isRecord(data) ? idIn(data.uid) : undefined);
    else reader.add(key, data, platforms.get(key));
  }
  return { ...reader.finish(), anonymous };
}

function readPassword(record: Fields, problems: Problem[]): ImportedHash | undefined {
  const [hash, salt] = [textIn(record.password), textIn(record.salt)];
  const bcrypt = textIn(record.bcryptPassword) ?? textIn(record._hashed_password);
  // Users whom LeanCloud had imported keep their old hash until their first login there.
  const selfDescribing = readSelfDescribing(bcrypt ?? '') ?? readSelfDescribing(hash ?? '');
  if (hash !== undefined && salt !== undefined && /^[A-Za-z0-9+/]{86}==$/.test(hash)) return leancloudHash(salt, hash);
  if (selfDescribing === undefined && (hash ?? bcrypt) !== undefined)
    problems.push({ kind: 'password', reason: 'is no hash that is known' });
  return selfDescribing;
}
