import { isRecord } from '../../accounts/sameJson.ts';
import { IdentityReader } from '../identityReader.ts';
import { RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';
import { type Fields, idIn, nameIn, textIn, timeIn } from '../values.ts';
import { readHash } from './password.ts';
import { takeProfile } from './profile.ts';

/** Providers whose identities are the user's own address and number. */
const ownNames = ['email', 'phone'];

/** Supabase's `auth.users`, a row in each line, with `auth.identities` joined as `identities`. */
export const supabase: Source = {
  name: 'supabase',
  isUsersFile: (name) => /\.(nd)?jsonl?$/.test(name),
  convert(record, { keys, now }) {
    const legacyId = idIn(record.id);
    if (legacyId === undefined) throw new RefusedRecord('has no id');
    if (textIn(record.deleted_at)) return undefined;
    const reader = new IdentityReader(keys);
    for (const row of Array.isArray(record.identities) ? record.identities.filter(isRecord) : []) {
      const provider = textIn(row.provider) ?? '';
      if (!ownNames.includes(provider)) reader.add(provider, identityOf(row));
    }
    const { identities, problems } = reader.finish();
    const metadata = isRecord(record.raw_user_meta_data) ? record.raw_user_meta_data : {};
    const { full_name, name, avatar_url, sub, email: _email, email_verified, phone: _phone, phone_verified, ...custom } = metadata;
    const { profile, fields } = takeProfile({ nickname: full_name ?? name, avatar: avatar_url, ...custom });
    const password = readHash(record.encrypted_password, problems);
    const [bannedUntil, until] = [textIn(record.banned_until), timeIn(record.banned_until)];
    return {
      legacyId,
      source: 'supabase',
      createdAt: timeIn(record.created_at),
      updatedAt: timeIn(record.updated_at),
      email: nameIn(record.email, textIn(record.email_confirmed_at) !== undefined),
      // Supabase leaves out the plus of E.164.
      phone: nameIn(textIn(record.phone)?.replace(/^(?=\d)/, '+'), textIn(record.phone_confirmed_at) !== undefined),
      password,
      identities,
      profile,
      fields,
      anonymous: record.is_anonymous === true,
      // A ban until `infinity` has no time.
      banned: bannedUntil !== undefined && (until ?? now + 1) > now ? { reason: 'was banned in Supabase', until } : undefined,
      sessions: [],
      problems,
    };
  },
};

function identityOf(row: Fields): Fields {
  const data = isRecord(row.identity_data) ? row.identity_data : {};
  return { ...data, openid: row.provider_id ?? data.sub ?? row.id };
}
