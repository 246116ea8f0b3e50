import { isRecord } from '../../accounts/sameJson.ts';
import { hashSessionToken } from '../../crypto/tokens.ts';
import { IdentityReader } from '../identityReader.ts';
import { RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';
import { type Fields, fieldsWithout, idIn, nameIn, textIn, timeIn, tokenIn } from '../values.ts';
import { readAuthData } from './leancloud.ts';
import { readHash } from './password.ts';
import { takeProfile } from './profile.ts';

const authColumn = '_auth_data_';
const known = new Set([
  ...['objectId', '_id', 'username', 'email', 'emailVerified', '_hashed_password', 'authData', 'ACL', '_acl', '_rperm', '_wperm'],
  ...['createdAt', 'updatedAt', '_created_at', '_updated_at', 'sessionToken', '_session_token', 'className', '__type'],
  ...['_email_verify_token', '_email_verify_token_expires_at', '_perishable_token', '_perishable_token_expires_at'],
  ...['_failed_login_count', '_account_lockout_expires_at', '_password_history', '_password_changed_at', '_sessions'],
]);

/**
 * Parse Server's class `_User`, from mongoexport or a dump of its database. The rows of `_Session` may be joined as `_sessions`.
 */
export const parse: Source = {
  name: 'parse',
  isUsersFile: (name) => /(^|\/)_User(\.\d+)?\.(jsonl?|bson)(\.gz)?$/.test(name),
  convert(record, { keys }) {
    const legacyId = idIn(record.objectId ?? record._id);
    if (legacyId === undefined) throw new RefusedRecord('has no objectId');
    const { identities, problems, anonymous } = readAuthData(authDataOf(record), new IdentityReader(keys), new Map());
    const rest = fieldsWithout(record, known);
    for (const name of Object.keys(rest)) if (name.startsWith(authColumn) || name.startsWith('_p_')) delete rest[name];
    const { profile, fields } = takeProfile({ ...rest, ...pointersOf(record) });
    const password = readHash(record._hashed_password, problems);
    const email = nameIn(record.email, record.emailVerified === true);
    return {
      legacyId,
      source: 'parse',
      createdAt: timeIn(record._created_at ?? record.createdAt),
      updatedAt: timeIn(record._updated_at ?? record.updatedAt),
      username: textIn(record.username),
      email,
      password,
      identities,
      profile,
      fields,
      anonymous: anonymous && identities.length === 0 && !password && email === undefined,
      sessions: sessionsOf(record),
      problems,
    };
  },
};

function authDataOf(record: Fields): Fields {
  const columns = Object.entries(record).filter(([name]) => name.startsWith(authColumn));
  const ofColumns = Object.fromEntries(columns.map(([name, data]) => [name.slice(authColumn.length), data]));
  return { ...(isRecord(record.authData) && record.authData), ...ofColumns };
}

/** Pointers are separate columns: `_p_team: "Team$xWMyZ4YEGZ"`. */
const pointersOf = (record: Fields): Fields =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const [className, objectId] = name.startsWith('_p_') && typeof value === 'string' ? value.split('$') : [];
      return objectId === undefined ? [] : [[name.slice(3), { __type: 'Pointer', className, objectId }]];
    }),
  );

function sessionsOf(record: Fields) {
  const rows = Array.isArray(record._sessions) ? record._sessions.filter(isRecord) : [];
  const own = tokenIn(record.sessionToken ?? record._session_token);
  return [
    ...(own === undefined ? [] : [{ tokenHash: hashSessionToken(own) }]),
    ...rows.flatMap((row) => {
      const token = tokenIn(row._session_token ?? row.sessionToken);
      return token === undefined ? [] : [{ tokenHash: hashSessionToken(token), expiresAt: timeIn(row.expiresAt) }];
    }),
  ];
}
