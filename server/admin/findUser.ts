import { Option } from 'commander';
import { verifiedOf } from '../accounts/claims.ts';
import { typedAddress } from '../accounts/emailAddress.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { stateAt } from '../accounts/userState.ts';
import { mergedFrom } from '../accounts/users.ts';
import { identityPlatforms } from '../platforms/index.ts';
import { toIso, unixNow } from '../process/time.ts';
import type { LoginNameKind, Store } from '../store/schema.ts';
import { addAppOption, type CommandMaker, defineCommand, readUserId } from './command.ts';
import { withTenant } from './withStore.ts';

interface UserKey {
  user?: number;
  username?: string;
  email?: string;
  phone?: string;
  openid?: string;
  unionid?: string;
  legacyId?: string;
}
interface FindUserOptions extends UserKey {
  app: string;
}

const keys = ['user', 'username', 'email', 'phone', 'openid', 'unionid', 'legacyId'] as const;
const descriptions: Record<(typeof keys)[number], string> = {
  user: 'user id; that of an account that was merged finds the user who took it in',
  username: 'username, in any case',
  email: 'e-mail address; finds every user who has it, verified or not',
  phone: 'phone number; finds every user who has it, verified or not',
  openid: 'id on a platform',
  unionid: "id across a developer's apps on a platform",
  legacyId: 'id in the system that the user was imported from',
};
/** The option of a key: `--legacy-id` of `legacyId`. */
const optionOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const findUser: CommandMaker = (terminal) => {
  const command = addAppOption(
    defineCommand(
      'find-user',
      'Find users by id, username, e-mail address, phone number, openid, unionid or the id in the system that they were imported from.',
      terminal,
      ({ app, ...wanted }: FindUserOptions, command) => {
        const [key] = Object.keys(wanted);
        if (key === undefined) return command.error(`error: one of ${keys.map(optionOf).join(', ')} is needed`);
        return withTenant(terminal, app, async ({ store }) => {
          const users = await Promise.all((await findIds(store, app, wanted)).map((id) => describe(store, app, id)));
          if (users.length === 0) throw new Error(`app ${app} has no user with that ${optionOf(key).slice(2)}`);
          return { data: users };
        });
      },
    ),
    terminal,
  );
  for (const key of keys) {
    const value = key === 'user' ? 'id' : optionOf(key).slice(2);
    const option = new Option(`${optionOf(key)} <${value}>`, descriptions[key]).conflicts(keys.filter((other) => other !== key));
    command.addOption(key === 'user' ? option.argParser(readUserId) : option);
  }
  return command;
};

async function findIds(store: Store, app: string, { user, username, email, phone, openid, unionid, legacyId }: UserKey): Promise<number[]> {
  const users = store.selectFrom('users').select(['id', 'merged_into']).where('tenant_id', '=', app);
  if (user !== undefined) return livingOf(await users.where('id', '=', user).execute());
  if (email !== undefined) return findNamed(store, app, 'email', typedAddress(email));
  if (phone !== undefined) return findNamed(store, app, 'phone', (await canonicalPhone(phone)) ?? phone);
  if (legacyId !== undefined) return livingOf(await users.where('legacy_id', '=', legacyId).execute());
  if (username !== undefined) return findNamed(store, app, 'username', username.trim());
  if (openid === undefined) return idsOf(await findIdentities(store, app, 'unionid', unionid ?? ''));
  return idsOf([...(await findIdentities(store, app, 'openid', openid)), ...(await findIdentities(store, app, 'former_openid', openid))]);
}

const findIdentities = (store: Store, app: string, column: 'openid' | 'former_openid' | 'unionid', value: string) =>
  store
    .selectFrom('identities')
    // `created_at` keeps SQLite from a scan of the tenant in the index that covers the rest.
    .select(['user_id as id', 'created_at'])
    .where('tenant_id', '=', app)
    // Named so that the query uses the index, which starts with the platform.
    .where('platform', 'in', identityPlatforms)
    .where(column, '=', value)
    .execute();

/** Finds the owner of a name and the users who claim it. */
async function findNamed(store: Store, app: string, kind: LoginNameKind, name: string): Promise<number[]> {
  const value = normalizeLoginName(kind, name);
  const owners = store
    .selectFrom('login_names')
    .select('user_id as id')
    .where('tenant_id', '=', app)
    .where('kind', '=', kind)
    .where('value', '=', value);
  if (kind === 'username') return idsOf(await owners.execute());
  const claimants = store
    .selectFrom('login_claims')
    .select('user_id as id')
    .where('tenant_id', '=', app)
    .where('kind', '=', kind)
    .where('value', '=', value);
  return idsOf(await owners.union(claimants).execute());
}

/** The users, or those who took them in. */
const livingOf = (rows: { id: number; merged_into: number | null }[]) => [...new Set(rows.map((row) => row.merged_into ?? row.id))];

const idsOf = (rows: { id: number }[]) => [...new Set(rows.map(({ id }) => id))];

async function describe(store: Store, app: string, id: number) {
  const rows = { tenant_id: app, user_id: id };
  const [user, identities, sessions] = await Promise.all([
    store.selectFrom('users').selectAll().where('tenant_id', '=', app).where('id', '=', id).executeTakeFirstOrThrow(),
    store
      .selectFrom('identities')
      .select(['platform', 'platform_app_id', 'openid', 'unionid'])
      .where((row) => row.and(rows))
      .execute(),
    store
      .selectFrom('sessions')
      .select(({ fn }) => fn.countAll().as('open'))
      .where((row) => row.and(rows))
      .executeTakeFirstOrThrow(),
  ]);
  return {
    id,
    created_at: toIso(user.created_at),
    updated_at: toIso(user.updated_at),
    state: stateAt(user, unixNow()),
    ...(user.state === 'banned' && {
      banned_reason: user.banned_reason,
      banned_until: user.banned_until === null ? null : toIso(user.banned_until),
    }),
    ...(user.merged_from !== null && { merged_from: mergedFrom(user) }),
    ...(user.closing_at !== null && { closing_at: toIso(user.closing_at) }),
    anonymous: user.is_anonymous === 1,
    username: user.username,
    email: user.email,
    email_verified: user.email_verified === 1,
    email_proved: verifiedOf(user, 'email'),
    phone: user.phone,
    phone_verified: user.phone_verified === 1,
    phone_proved: verifiedOf(user, 'phone'),
    password: user.password_hash !== null,
    nickname: user.nickname,
    ...(user.legacy_id !== null && { legacy_id: user.legacy_id, legacy_source: user.legacy_source }),
    identities,
    sessions: Number(sessions.open),
  };
}
