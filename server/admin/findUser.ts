import { Option } from 'commander';
import { asKept, findByLoginName } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { platforms } from '../platforms/index.ts';
import type { Store } from '../store/store.ts';
import { toIso } from '../time.ts';
import { addAppOption, type CommandMaker, defineCommand, readUserId } from './command.ts';
import { withStore } from './withStore.ts';

interface Sought {
  id?: number;
  username?: string;
  email?: string;
  phone?: string;
  openid?: string;
  unionid?: string;
}
interface FindUserOptions extends Sought {
  app: string;
}

const keys = ['id', 'username', 'email', 'phone', 'openid', 'unionid'] as const;
const descriptions: Record<(typeof keys)[number], string> = {
  id: 'the user id',
  username: 'the username, in any case',
  email: 'the address; whoever claims it is found, verified or not',
  phone: 'the number; whoever claims it is found, verified or not',
  openid: 'the id on a platform',
  unionid: "the id across a developer's apps on a platform",
};

export const findUser: CommandMaker = (terminal) => {
  const command = addAppOption(
    defineCommand('find-user', 'finds users by one of their names', terminal, ({ app, ...sought }: FindUserOptions, command) => {
      const [key] = Object.keys(sought);
      if (key === undefined) command.error(`error: one of ${keys.map((name) => `--${name}`).join(', ')} is needed`);
      return withStore(terminal, async (store) => {
        const users = await Promise.all((await findIds(store, app, sought)).map((id) => describe(store, app, id)));
        if (users.length === 0) throw new Error(`app ${app} has no user with that ${key}`);
        return { data: users };
      });
    }),
  );
  for (const key of keys) {
    const option = new Option(`--${key} <${key}>`, descriptions[key]).conflicts(keys.filter((other) => other !== key));
    command.addOption(key === 'id' ? option.argParser(readUserId) : option);
  }
  return command;
};

async function findIds(store: Store, app: string, { id, username, email, phone, openid, unionid }: Sought): Promise<number[]> {
  const users = store.selectFrom('users').select('id').where('app_id', '=', app);
  if (id !== undefined) return idsOf(await users.where('id', '=', id).execute());
  if (email !== undefined) return idsOf(await users.where('email', '=', asKept('email', email)).execute());
  if (phone !== undefined) return idsOf(await users.where('phone', '=', (await canonicalPhone(phone)) ?? phone).execute());
  if (username !== undefined) {
    const owner = await findByLoginName(store, app, 'username', username);
    return owner === undefined ? [] : [owner];
  }
  const identities = await store
    .selectFrom('identities')
    .select('user_id as id')
    .distinct()
    .where('app_id', '=', app)
    // The index has the platform before the id.
    .where('platform', 'in', Object.keys(platforms))
    .where(openid === undefined ? 'unionid' : 'openid', '=', openid ?? unionid ?? '')
    .execute();
  return idsOf(identities);
}

const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);

async function describe(store: Store, app: string, id: number) {
  const rows = { app_id: app, user_id: id };
  const [user, identities, sessions] = await Promise.all([
    store.selectFrom('users').selectAll().where('app_id', '=', app).where('id', '=', id).executeTakeFirstOrThrow(),
    store
      .selectFrom('identities')
      .select(['platform', 'openid', 'unionid'])
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
    anonymous: user.is_anonymous === 1,
    username: user.username,
    email: user.email,
    email_verified: user.email_verified === 1,
    phone: user.phone,
    phone_verified: user.phone_verified === 1,
    password: user.password_hash !== null,
    nickname: user.nickname,
    identities,
    sessions: Number(sessions.open),
  };
}
