import { hash } from '@node-rs/argon2';
import { type RawBuilder, sql } from 'kysely';
import { newId } from '../../server/accounts/ids.ts';
import { normalizeLoginName } from '../../server/accounts/loginNames.ts';
import { sessionLifetime } from '../../server/accounts/sessions.ts';
import { hashSessionToken, hashToken, newSessionToken } from '../../server/crypto/tokens.ts';
import { createLog } from '../../server/observe/log.ts';
import { newKeyText } from '../../server/serverKeys/keyText.ts';
import type { Store } from '../../server/store/schema.ts';
import { openStore } from '../../server/store/store.ts';

export const clientId = 'bench';
export const password = 'plum-rain-june';
/** The key of a business API that asks whose a session is. */
export const serverKey = newKeyText({ clientId, environment: undefined });
/** Number of callers, spread evenly over the people in a store. */
export const callers = 6400;
const sessionsEach = 3;
/** Seconds within which the sessions of the store were opened, so that none ends while the bench runs. */
const sessionsSince = sessionLifetime - 86_400;

/** A person with a user, an identity on WeChat, a username with a password, and a session. */
export interface Person {
  username: string;
  userId: number;
  token: string;
}

/** Differences between the databases. */
interface Dialect {
  randomId: RawBuilder<number>;
  /** The start of a session, some time ago. */
  opened: (now: number) => RawBuilder<number>;
  /** A hash in the format of `hashSessionToken`: twelve digits of the time, followed by random ones. */
  tokenHash: RawBuilder<string>;
  /** Statements that speed up the filling, and that prepare the store for use. */
  before: RawBuilder<unknown>[];
  after: RawBuilder<unknown>[];
}
const sqlite: Dialect = {
  randomId: sql`abs(random() % 9007199254740991)`,
  opened: (now) => sql`${now} - abs(random() % ${sessionsSince})`,
  tokenHash: sql`printf('%012x', opened * 1000) || substr(hex(randomblob(22)), 1, 43)`,
  before: [],
  after: [],
};
const postgres: Dialect = {
  randomId: sql`floor(random() * 9007199254740991)::bigint`,
  opened: (now) => sql`${now} - floor(random() * ${sessionsSince}::bigint)::bigint`,
  tokenHash: sql`lpad(to_hex(opened * 1000), 12, '0') || substr(md5(random()::text) || md5(random()::text), 1, 43)`,
  // The generated rows are consistent, so foreign keys need no check.
  before: [sql`set local session_replication_role = replica`],
  after: [sql`vacuum analyze`, sql`checkpoint`],
};

/**
 * Fills an empty database with users, each with an identity, a username and three sessions of the last weeks, and opens
 * one for each caller.
 *
 * @returns the callers
 */
export async function settlePeople(url: string, users: number): Promise<Person[]> {
  const inSqlite = url.startsWith('sqlite:');
  const dialect = inSqlite ? sqlite : postgres;
  // Filling takes longer than the server's statement timeout.
  const store = await openStore(inSqlite ? url : `${url}?statement_timeout=0&query_timeout=3600000`, createLog('silent'));
  const now = Math.floor(Date.now() / 1000);
  const passwordHash = await hash(password);
  await store.transaction().execute(async (transaction) => {
    const statements = [
      sql`insert into users (tenant_id, id, created_at, updated_at, nickname, avatar, gender, language, city, province, country,
            is_authorized, username, password_hash)
          with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${users - 1})
          select ${clientId}, ${dialect.randomId}, ${now}, ${now}, 'Person ' || n,
            'https://wx.qlogo.cn/mmopen/vi_32/Q0j4TwGTfTKxnRibKRZ4hSCrDfTcNBsrXyXrF0DkK4yVm/132', 1, 'zh_CN', 'Huizhou', 'Guangdong',
            'China', 1, 'person' || n, ${passwordHash} from numbers`,
      sql`insert into identities (tenant_id, platform, platform_app_id, openid, id, user_id, unionid, profile, session_key, created_at, updated_at)
          select tenant_id, 'wechat', 'wx-bench', 'o-' || username, id, id, 'u' || username, '{}', ${'k'.repeat(80)}, ${now}, ${now} from users`,
      sql`insert into login_names (tenant_id, kind, value, user_id) select tenant_id, 'username', username, id from users`,
      sql`insert into sessions (tenant_id, token_hash, user_id, platform, id, created_at, last_used_at, expires_at)
          with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${sessionsEach}),
            begun as materialized (select tenant_id, id, ${dialect.opened(now)} as opened from users cross join numbers)
          select tenant_id, ${dialect.tokenHash}, id, 'wechat', ${dialect.randomId}, opened, opened, opened + ${sessionLifetime} from begun order by opened`,
    ];
    for (const statement of [...dialect.before, ...statements]) await statement.execute(transaction);
  });
  const people = await openSessions(store, users, now);
  await store
    .insertInto('server_keys')
    .values({
      tenant_id: clientId,
      id: 'bench',
      key_hash: hashToken(serverKey),
      client_id: clientId,
      name: '',
      scopes: 'introspect',
      created_at: now,
    })
    .execute();
  for (const statement of dialect.after) await statement.execute(store);
  await store.destroy();
  return people;
}

async function openSessions(store: Store, users: number, now: number): Promise<Person[]> {
  const step = Math.floor(users / callers);
  const usernames = Array.from({ length: callers }, (_, n) => `person${n * step}`);
  const people: Person[] = [];
  for (let start = 0; start < callers; start += 400) {
    const names = await store
      .selectFrom('login_names')
      .select(['value', 'user_id'])
      .where('tenant_id', '=', clientId)
      .where('kind', '=', 'username')
      .where(
        'value',
        'in',
        usernames.slice(start, start + 400).map((name) => normalizeLoginName('username', name)),
      )
      .execute();
    const some = names.map(({ value, user_id }) => ({ username: value, userId: user_id, token: newSessionToken() }));
    const rows = some.map(({ userId, token }) => ({
      tenant_id: clientId,
      token_hash: hashSessionToken(token),
      user_id: userId,
      platform: 'wechat' as const,
      id: newId(),
      created_at: now,
      last_used_at: now,
      address: null,
      expires_at: now + sessionLifetime,
    }));
    await store.insertInto('sessions').values(rows).execute();
    people.push(...some);
  }
  return people;
}
