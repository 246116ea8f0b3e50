import { describe, expect, it } from 'vitest';
import { loginNames, password } from '../support/accounts.ts';
import { startServer } from '../support/server.ts';
import { startApp } from './startApp.ts';

describe('accounts in the published SDK', () => {
  it.each(loginNames)('register by $kind, read the current user, log out and in again', async ({ kind, name }) => {
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

  it('report why a registration or login failed', async () => {
    const server = await startServer();
    const { BaaS } = startApp(server);
    await BaaS.auth.register({ username: 'Mei', password });
    await BaaS.auth.logout();
    await expect(BaaS.auth.register({ username: 'mei', password })).rejects.toMatchObject({ code: 409 });
    await expect(BaaS.auth.login({ username: 'Mei', password: 'wrong' })).rejects.toMatchObject({ code: 400 });
  });

  it('log a user in anonymously, who then registers and keeps the id', async () => {
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
    it('who logged in through WeChat sets a username and password and logs in with them', async () => {
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

  describe('a list of users', () => {
    const publicFields = ['level', 'tags', 'born', 'home', 'place'];

    /** Three users, and the app of one who has come by WeChat. */
    async function startWithThree() {
      const server = await startServer({ configure: (app) => ({ ...app, public_fields: publicFields }) });
      const ids: number[] = [];
      for (const [level, nickname] of ['Ann', 'Ben', 'Cat'].entries()) {
        const { BaaS, arrayOf } = startApp(server);
        const user = await BaaS.auth.register({ username: nickname, password });
        const born = `199${level}-05-01T00:00:00+08:00`;
        const home = level === 1 ? { city: 'Huizhou' } : null;
        await user.set({ nickname, level, tags: arrayOf('all', `t${level}`), born, home, secret: 'mine' }).update();
        ids.push(user.id);
      }
      const { BaaS, arrayOf, evaluate } = startApp(server);
      const regExpOf = evaluate('(pattern, flags) => new RegExp(pattern, flags)');
      await BaaS.auth.loginWithWechat();
      const names = async (query: unknown, order = 'nickname') => {
        const { data } = await new BaaS.User().setQuery(query).orderBy(order).find();
        return data.objects.map(({ nickname }: { nickname: string }) => nickname).join(' ');
      };
      const query = () => new BaaS.Query();
      return { server, BaaS, arrayOf, regExpOf, ids, names, query };
    }

    it('evaluates every condition of the SDK for texts, numbers, arrays, objects, dates and ids', async () => {
      const { BaaS, arrayOf, regExpOf, ids, names, query } = await startWithThree();
      expect(await names(query().matches('nickname', regExpOf('^[ab]', 'i')))).toBe('Ann Ben');
      expect(await names(query().matches('nickname', regExpOf('n$')))).toBe('Ann Ben');
      expect(await names(query().matches('nickname', regExpOf('^ANN$', 'gi')))).toBe('Ann');
      expect(await names(query().in('tags', arrayOf('t0', 't2')))).toBe('Ann Cat');
      expect(await names(query().notIn('tags', arrayOf('t0', 't2')).exists('tags'))).toBe('Ben');
      expect(await names(query().compare('tags', '!=', 't1').exists('tags'))).toBe('Ann Cat');
      expect(await names(query().compare('tags', '=', 't1'))).toBe('Ben');
      expect(await names(query().compare('tags', '=', arrayOf('all', 't1')))).toBe('Ben');
      expect(await names(query().arrayContains('tags', arrayOf('t1', 'all')))).toBe('Ben');
      expect(await names(query().hasKey('home', 'city'))).toBe('Ben');
      expect(await names(query().compare('born', '<', '1991-04-30T16:00:01Z'))).toBe('Ann Ben');
      expect(await names(query().compare('born', '=', '1991-04-30T16:00:00.000Z'))).toBe('Ben');
      expect(await names(query().compare('id', '=', String(ids[1])))).toBe('Ben');
      expect(await names(query().in('id', arrayOf(String(ids[2]), ids[0])))).toBe('Ann Cat');
      expect(await names(query().in('id', arrayOf(...Array.from({ length: 150 }, (_, index) => index + 1), ids[0])))).toBe('Ann');
      expect(await names(query().isNull('home').exists('home'))).toBe('Ann Cat');
      expect(await names(query().isNotNull('home'))).toBe('Ben');
      expect(await names(query().notExists('level'))).toBe('');
      expect(await names(BaaS.Query.or(query().matches('nickname', regExpOf('^A')), query().compare('level', '>=', 2)), '-level')).toBe(
        'Cat Ann',
      );
    });

    it('shows the selected fields, of one user and of many', async () => {
      const { BaaS, arrayOf, ids, query } = await startWithThree();
      const [id] = ids;
      expect((await new BaaS.User().select(arrayOf('nickname', 'level')).get(id)).data).toEqual({ id, nickname: 'Ann', level: 0 });
      expect((await new BaaS.User().select('nickname').get(id)).data).toEqual({ id, nickname: 'Ann' });
      const ann = query().compare('id', '=', id);
      expect(
        (
          await new BaaS.User()
            .setQuery(ann)
            .select(arrayOf('-avatar', '-tags', '-born', '-home'))
            .find()
        ).data.objects,
      ).toEqual([{ id, nickname: 'Ann', level: 0 }]);
      await expect(new BaaS.User().select('_phone').find()).rejects.toMatchObject({ code: 400 });
      const { id: own } = await BaaS.auth.getCurrentUser();
      expect((await new BaaS.User().select('_provider').get(own)).data).toEqual({ id: own, _provider: { wechat: expect.anything() } });
    });

    it('shows everyone once over all pages, while users register', async () => {
      const { server, BaaS } = await startWithThree();
      // By offset, a user who registers in the same second as one already seen may come before it.
      await server.store
        .updateTable('users')
        .set(({ eb }) => ({ created_at: eb('created_at', '-', 60) }))
        .execute();
      const found: number[] = [];
      for (let offset = 0; offset < 3; offset++) {
        const { data } = await new BaaS.User().limit(1).offset(offset).find();
        found.push(data.objects[0].id);
        await startApp(server).BaaS.auth.register({ username: `new${offset}`, password });
      }
      expect(new Set(found).size).toBe(3);
    });

    it('refuses unsupported conditions instead of ignoring them', async () => {
      const { BaaS, ids, names, query } = await startWithThree();
      const place = new BaaS.GeoPoint(10, 20);
      for (const asked of [
        query().withinCircle('place', place, 1),
        query().withinRegion('place', place, 1),
        query().include('place', place),
      ]) {
        await expect(names(asked)).rejects.toMatchObject({ code: 400 });
      }
      await expect(new BaaS.User().expand('inviter').get(ids[0])).rejects.toMatchObject({ code: 400 });
      await expect(new BaaS.User().expand('inviter').find()).rejects.toMatchObject({ code: 400 });
      await expect(names(query().compare('secret', '=', 'mine'))).rejects.toMatchObject({ code: 400 });
      await expect(names(query(), 'secret')).rejects.toMatchObject({ code: 400 });
    });

    it('stores the id that the SDK sends for a pointer', async () => {
      const server = await startServer();
      const { BaaS } = startApp(server);
      const user = await BaaS.auth.register({ username: 'Mei', password });
      const { data } = await user.set('inviter', new BaaS.User().getWithoutData(user.id)).update();
      expect(data.inviter).toBe(String(user.id));
    });
  });

  it('find other users', async () => {
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
});
