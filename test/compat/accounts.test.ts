import { describe, expect, it } from 'vitest';
import { loginNames, password } from '../support/accounts.ts';
import { startServer } from '../support/server.ts';
import { startApp } from './startApp.ts';

it.each(loginNames)('registers by $kind, is the current user, logs out and in again', async ({ kind, name }) => {
  const server = await startServer();
  const { BaaS, storage } = startApp(server);
  const registered = await BaaS.auth.register({ [kind]: name, password });
  expect(registered).toMatchObject({ user_id: registered.id, [`_${kind}`]: name, _anonymous: false });
  expect(storage.get('ifx_baas_uid')).toBe(registered.id);
  expect((await BaaS.auth.getCurrentUser()).id).toBe(registered.id);

  await BaaS.auth.logout();
  await expect(BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
  expect((await BaaS.auth.login({ [kind]: name, password })).id).toBe(registered.id);
  expect((await BaaS.auth.getCurrentUser()).id).toBe(registered.id);
});

it('tells the developer why a registration or login failed', async () => {
  const server = await startServer();
  const { BaaS } = startApp(server);
  await BaaS.auth.register({ username: 'Mei', password });
  await BaaS.auth.logout();
  await expect(BaaS.auth.register({ username: 'mei', password })).rejects.toMatchObject({ code: 409 });
  await expect(BaaS.auth.login({ username: 'Mei', password: 'wrong' })).rejects.toMatchObject({ code: 400 });
});

it('lets a person in anonymously, who then registers under the same id', async () => {
  const server = await startServer();
  const { BaaS, storage } = startApp(server);
  const anonymous = await BaaS.auth.anonymousLogin();
  expect(anonymous._anonymous).toBe(true);
  expect(storage.get('ifx_baas_is_anonymous_user')).toBe(1);
  await expect(anonymous.setUsername('Mei')).rejects.toMatchObject({ code: 612 });
  await anonymous.set('basket', ['tea']).update();

  const mei = await BaaS.auth.register({ username: 'Mei', password });
  expect(mei).toMatchObject({ id: anonymous.id, _anonymous: false, _username: 'Mei' });
  expect(mei.get('basket')).toEqual(['tea']);
  expect(storage.get('ifx_baas_is_anonymous_user')).toBe(0);
});

describe('a current user', () => {
  it('that came through WeChat sets an account and logs in with it', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.loginWithWechat();
    const changed = await user.setAccount({ username: 'Larry', email: 'Larry@Example.com', password });
    expect(changed).toMatchObject({ _username: 'Larry', _email: 'larry@example.com', _email_verified: false });
    await BaaS.auth.logout();
    expect((await BaaS.auth.login({ email: 'larry@example.com', password })).id).toBe(user.id);
  });

  it('changes its names one by one', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.register({ username: 'Mei', password });
    expect((await user.setUsername('Mei2'))._username).toBe('Mei2');
    expect((await user.setEmail('mei@example.com'))._email).toBe('mei@example.com');
    expect((await user.setMobilePhone('13800138000'))._phone).toBe('13800138000');
  });

  it('changes its password', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.register({ username: 'Mei', password });
    await expect(user.updatePassword({ password: 'wrong', newPassword: 'staple-battery-9' })).rejects.toMatchObject({ code: 400 });
    await user.updatePassword({ password, newPassword: 'staple-battery-9' });
    await BaaS.auth.logout();
    expect((await BaaS.auth.login({ username: 'Mei', password: 'staple-battery-9' })).id).toBe(user.id);
  });

  it('changes its record with every method that the SDK has', async () => {
    const server = await startServer();
    const { BaaS, arrayOf } = startApp(server);
    const user = await BaaS.auth.register({ username: 'Mei', password });
    await user
      .set('nickname', 'Mei')
      .set('tags', ['a'])
      .set('address', { city: 'Huizhou' })
      .set('place', new BaaS.GeoPoint(10, 20))
      .update();
    const { data } = await user
      .incrementBy('points', 3)
      .append('tags', arrayOf('a', 'b'))
      .uAppend('badges', 'early_bird')
      .patchObject('address', { street: 'Tea Road' })
      .update();
    const address = { city: 'Huizhou', street: 'Tea Road' };
    expect(data).toMatchObject({ nickname: 'Mei', points: 3, tags: ['a', 'a', 'b'], badges: ['early_bird'], address });
    expect(data.place).toEqual({ type: 'Point', coordinates: [10, 20] });
    const cut = await user.pop('tags').remove('badges', 'early_bird').set('address', null).update();
    expect([cut.data.tags, cut.data.badges, cut.data.address]).toEqual([['a', 'a'], [], null]);
    expect((await user.shift('tags').update()).data.tags).toEqual(['a']);
    await expect(user.set('_email_verified', true).update()).rejects.toMatchObject({ code: 400 });
  });
});

it('finds other users', async () => {
  const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level'] }) });
  const ids: number[] = [];
  for (const [level, nickname] of ['Ann', 'Ben', 'Cat'].entries()) {
    const { BaaS } = startApp(server);
    const user = await BaaS.auth.register({ username: nickname, password });
    await user.set({ nickname, level, secret: 'mine' }).update();
    ids.push(user.id);
  }
  const { BaaS, arrayOf } = startApp(server);
  await BaaS.auth.loginWithWechat();
  const shown = { id: ids[1], nickname: 'Ben', avatar: '', level: 1 };
  expect((await new BaaS.User().get(ids[1])).data).toEqual(shown);

  const levels = new BaaS.Query().compare('level', '>', 0);
  const both = BaaS.Query.and(
    levels,
    BaaS.Query.or(new BaaS.Query().contains('nickname', 'e'), new BaaS.Query().in('id', arrayOf(ids[0]))),
  );
  expect((await new BaaS.User().setQuery(both).find()).data.objects).toEqual([shown]);

  const { data } = await new BaaS.User().setQuery(levels).orderBy('-nickname').limit(1).find({ withCount: true });
  expect(data.objects.map(({ nickname }: { nickname: string }) => nickname)).toEqual(['Cat']);
  expect(data.meta).toMatchObject({ limit: 1, offset: 0, total_count: 2 });
  expect(await new BaaS.User().setQuery(new BaaS.Query().isNotNull('level')).count()).toBe(3);
  await expect(new BaaS.User().setQuery(new BaaS.Query().compare('_phone', '=', '1')).find()).rejects.toMatchObject({ code: 400 });
});
