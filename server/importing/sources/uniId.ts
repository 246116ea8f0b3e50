import { isRecord } from '../../accounts/sameJson.ts';
import { readSelfDescribing, uniIdSha1Hash } from '../../importedPasswords/foreignForms.ts';
import type { ImportedHash } from '../../importedPasswords/importedHash.ts';
import { IdentityReader } from '../identityReader.ts';
import { type Problem, RefusedRecord } from '../importedUser.ts';
import type { Source, SourceOptions } from '../source.ts';
import { type Fields, fieldsWithout, idIn, isSet, nameIn, numberIn, textIn, timeIn } from '../values.ts';
import { takeProfile } from './profile.ts';

const known = new Set([
  ...['_id', 'username', 'email', 'email_confirmed', 'mobile', 'mobile_confirmed', 'password', 'password_secret_version', 'status'],
  ...['token', 'register_date', 'update_date', 'wx_unionid', 'wx_openid', 'qq_unionid', 'qq_openid', 'ali_openid', 'apple_openid'],
  ...['dingtalk_openid', 'third_party', 'dcloud_appid', 'last_login_date', 'last_login_ip', 'register_env', 'avatar_file'],
]);

/** States of uni-id's users who cannot log in there: banned, not yet or not accepted by the team, closed. */
const [banned, auditing, refused, closed] = [1, 2, 3, 4];

/** uni-id's table `uni-id-users`, from the console of uniCloud: one document in each line. */
export const uniId: Source = {
  name: 'uni-id',
  isUsersFile: (name) => /(^|\/)uni-id-users[^/]*\.jsonl?$/.test(name),
  convert(record, options) {
    const legacyId = idIn(record._id);
    if (legacyId === undefined) throw new RefusedRecord('has no _id');
    const status = numberIn(record.status);
    if (status === closed) return undefined;
    const reader = new IdentityReader(options.keys);
    addOpenids(reader, record, 'wx_openid', 'wechat');
    addOpenids(reader, record, 'qq_openid', 'qq');
    reader.add('ali_openid', record.ali_openid, 'alipay');
    reader.add('apple_openid', record.apple_openid, 'apple');
    reader.add('dingtalk_openid', record.dingtalk_openid, 'dingtalk');
    reader.addUnionid('wechat', idIn(record.wx_unionid));
    reader.addUnionid('qq', idIn(record.qq_unionid));
    const { identities, problems } = reader.finish();
    const { profile, fields } = takeProfile({
      ...fieldsWithout(record, known),
      ...(record.avatar === undefined && isRecord(record.avatar_file) && { avatar: record.avatar_file.url }),
    });
    return {
      legacyId,
      source: 'uni-id',
      createdAt: timeIn(record.register_date),
      updatedAt: timeIn(record.update_date),
      username: textIn(record.username),
      email: nameIn(record.email, isSet(record.email_confirmed)),
      phone: nameIn(record.mobile, isSet(record.mobile_confirmed)),
      password: readPassword(record, options, problems),
      identities,
      profile,
      fields,
      banned:
        status === banned || status === auditing || status === refused
          ? { reason: `imported from uni-id with status ${status}` }
          : undefined,
      sessions: [],
      problems,
    };
  },
};

/**
 * Adds the openids of one platform's apps. `mp` is the mini-program; `mp_<DCloud app id>` and the ids in apps and pages are the operator's
 * to map, unless they repeat it.
 */
function addOpenids(reader: IdentityReader, record: Fields, field: string, platform: string): void {
  const openids = isRecord(record[field]) ? record[field] : { mp: record[field] };
  for (const [name, openid] of Object.entries(openids)) {
    if (name === 'mp') reader.add(`${field}.mp`, openid, platform);
    else if (!name.startsWith('mp_') || openid !== openids.mp) reader.add(`${field}.${name}`, openid);
  }
}

function readPassword(record: Fields, { uniIdSecrets }: SourceOptions, problems: Problem[]): ImportedHash | undefined {
  const hash = textIn(record.password);
  if (hash === undefined) return undefined;
  const refuse = (reason: string) => void problems.push({ kind: 'password', reason });
  const selfDescribing = readSelfDescribing(hash);
  if (selfDescribing) return selfDescribing;
  if (!/^[0-9a-f]{40}$/.test(hash)) return refuse('is no hash that is known');
  const version = idIn(record.password_secret_version) ?? 'default';
  const secret = uniIdSecrets.get(version);
  if (secret === undefined) return refuse(`needs the passwordSecret of version ${version}: --uni-id-config FILE`);
  return uniIdSha1Hash(secret, hash);
}
