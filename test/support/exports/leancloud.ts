import { createHash } from 'node:crypto';
import { type Person, personOf } from './people.ts';

const sha512 = (bytes: string | Buffer) => createHash('sha512').update(bytes).digest();

/** LeanCloud's hash, as its documentation describes it. */
export function leancloudPassword(salt: string, password: string): string {
  let hash = sha512(salt + password);
  for (let time = 0; time < 512; time++) hash = sha512(hash);
  return hash.toString('base64');
}

export const header = '#filetype:JSON-streaming {"type":"Class","class":"_User"}';

export const objectIdOf = (n: number): string => `5b6aa4ff${n.toString(16).padStart(16, '0')}`;

export const isPhoneVerified = (n: number): boolean => n % 3 !== 0;

/** A row of `_User`, with everything that most have. */
export function leancloudRow({ n, name, password, phone, email, openid, unionid, sessionToken, createdAt }: Person, hash = true) {
  const salt = `salt-${n}-0123456789abcdef`;
  return {
    objectId: objectIdOf(n),
    username: name,
    ...(hash ? { password: leancloudPassword(salt, password), salt } : { password: `${'A'.repeat(86)}==`, salt }),
    sessionToken,
    email,
    emailVerified: n % 2 === 0,
    mobilePhoneNumber: `+86${phone}`,
    mobilePhoneVerified: isPhoneVerified(n),
    authData: {
      lc_weapp: { openid, unionid, session_key: 'tiihtNczf5v6AKRyjwEUhQ==', expires_in: 7200 },
      _weixin_unionid: { uid: unionid },
    },
    ACL: { '*': { read: true, write: true } },
    nickName: `Person ${n}`,
    birthday: { __type: 'Date', iso: '1990-01-01T00:00:00.000Z' },
    team: { __type: 'Pointer', className: 'Team', objectId: objectIdOf(n % 100) },
    createdAt: createdAt.toISOString(),
    updatedAt: createdAt.toISOString(),
  };
}

/** The lines of an export with the people of a range. @param hash whether passwords are real, which takes most of the time */
export function* leancloudLines(from: number, to: number, hash = true): Generator<string> {
  yield `${header}\n`;
  for (let n = from; n < to; n++) yield `${JSON.stringify(leancloudRow(personOf(n), hash))}\n`;
}
