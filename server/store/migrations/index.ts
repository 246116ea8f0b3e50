import type { Migration } from 'kysely/migration';
import * as usersIdentitiesSessions from './0001-users-identities-sessions.ts';
import * as loginNames from './0002-login-names.ts';
import * as smsAndMail from './0003-sms-and-mail.ts';
import * as platformTokens from './0004-platform-tokens.ts';
import * as userLists from './0005-user-lists.ts';
import * as rateLimits from './0006-rate-limits.ts';
import * as auditEntries from './0007-audit-entries.ts';
import * as expiry from './0008-expiry.ts';
import * as identitiesOfUser from './0009-identities-of-user.ts';
import * as sealedNumbers from './0010-sealed-numbers.ts';
import * as loginClaims from './0011-login-claims.ts';
import * as ownRequestIds from './0012-own-request-ids.ts';
import * as nicknameOrder from './0013-nickname-order.ts';
import * as tokenLifetime from './0015-token-lifetime.ts';

/** Every migration by name, in the order of their names. A released migration never changes. */
export const migrations: Record<string, Migration> = {
  '0001-users-identities-sessions': usersIdentitiesSessions,
  '0002-login-names': loginNames,
  '0003-sms-and-mail': smsAndMail,
  '0004-platform-tokens': platformTokens,
  '0005-user-lists': userLists,
  '0006-rate-limits': rateLimits,
  '0007-audit-entries': auditEntries,
  '0008-expiry': expiry,
  '0009-identities-of-user': identitiesOfUser,
  '0010-sealed-numbers': sealedNumbers,
  '0011-login-claims': loginClaims,
  '0012-own-request-ids': ownRequestIds,
  '0013-nickname-order': nicknameOrder,
  '0015-token-lifetime': tokenLifetime,
};
