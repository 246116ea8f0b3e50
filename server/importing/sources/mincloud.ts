import { isRecord } from '../../accounts/sameJson.ts';
import { IdentityReader } from '../identityReader.ts';
import { RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';
import { type Fields, fieldsWithout, idIn, nameIn, textIn, timeIn } from '../values.ts';
import { takeProfile } from './profile.ts';

/** The platforms of the keys in `_provider` that can mean one only. */
const platformOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    wechat: 'wechat',
    qq: 'qq',
    qq_miniapp: 'qq',
    baidu: 'baidu',
    baidu_miniapp: 'baidu',
    jd: 'jd',
    jd_miniapp: 'jd',
    kuaishou: 'kuaishou',
    kuaishou_miniapp: 'kuaishou',
    alipay: 'alipay',
    oauth_apple_native: 'apple',
  }),
);

/** Keys that name ByteDance's host apps, in which a person has different openids. */
const hostApps = ['douyin', 'toutiao', 'news_article_lite', 'bytedance_devtools'];

const known = new Set([
  ...['id', '_id', 'user_id', 'created_at', 'updated_at', 'created_by', 'openid', 'unionid', 'is_authorized', '_username', '_email'],
  ...['_email_verified', '_phone', '_phone_verified', '_provider', '_group', '_anonymous', 'read_perm', 'write_perm'],
]);

/** MinCloud's table `_userprofile`: its export as JSON, or pages of `user_profile`. It exports no passwords. */
export const mincloud: Source = {
  name: 'mincloud',
  isUsersFile: (name) => /\.jsonl?$/.test(name),
  convert(record, { keys }) {
    const legacyId = idIn(record.id) ?? idIn(record.user_id);
    if (legacyId === undefined) throw new RefusedRecord('has no id');
    const { identities, problems } = readProvider(record, new IdentityReader(keys));
    const { profile, fields } = takeProfile(fieldsWithout(record, known));
    const id = /^\d+$/.test(legacyId) ? Number(legacyId) : 0;
    return {
      legacyId,
      source: 'mincloud',
      wantedId: Number.isSafeInteger(id) && id > 0 ? id : undefined,
      createdAt: timeIn(record.created_at),
      updatedAt: timeIn(record.updated_at),
      username: textIn(record._username),
      email: nameIn(record._email, record._email_verified === true),
      phone: nameIn(record._phone, record._phone_verified === true),
      identities,
      profile,
      isAuthorized: record.is_authorized === true,
      fields,
      anonymous: record._anonymous === true && identities.length === 0,
      sessions: [],
      problems,
    };
  },
};

function readProvider(record: Fields, reader: IdentityReader) {
  const provider = isRecord(record._provider) ? record._provider : {};
  for (const [key, data] of Object.entries(provider)) {
    if (key === 'wechat_unionid') reader.addUnionid('wechat', isRecord(data) ? idIn(data.unionid ?? data.uid) : idIn(data));
    else if (hostApps.includes(key)) reader.add(key, data, 'bytedance', key);
    else reader.add(key, data, platformOf.get(key));
  }
  // The first level repeats WeChat's openid, and older rows have nothing else.
  const repeats = Object.values(provider).some((data) => isRecord(data) && data.openid === record.openid);
  if (textIn(record.openid) && !repeats) reader.add('wechat', { openid: record.openid, unionid: record.unionid }, 'wechat');
  return reader.finish();
}
