import { expect } from 'vitest';
import { asJson, associated, declined, type SeedRun } from './seed.ts';

/** Common flows of the documents of QQ, Baidu, Kuaishou and JD, by the names of the platform's verbs. */
export const flowsOf = (login: string, link: string) => ({
  async logsInSilently({ run, app, outcomeOf }: SeedRun): Promise<void> {
    await run();
    const { value: user } = await outcomeOf(login);
    expect(user).toMatchObject({ id: expect.any(Number), openid: app.BaaS.storage.get('openid'), is_authorized: false });
    expect(app.calls).not.toContain('getUserInfo');
  },

  /** @param start runs the block up to its login, with the button's data */
  grants: (start: (run: SeedRun, data: object) => unknown) => async (seed: SeedRun) => {
    await start(seed, await seed.app.tapProfileButton());
    const { value: user } = await seed.outcomeOf(login);
    expect(user).toMatchObject({ nickname: 'Larry。', is_authorized: true });
  },
  /** The documents' order: a silent login first, the button when the profile is needed. A decline itself sends nothing. */
  declines: (start: (run: SeedRun, data: object) => unknown) => async (seed: SeedRun) => {
    await seed.app.BaaS.auth[login]();
    seed.app.allows = false;
    const requests = seed.app.requests.length;
    await start(seed, await seed.app.tapProfileButton());
    const { reason } = await seed.outcomeOf(login);
    expect(asJson(reason)).toEqual(declined);
    expect(seed.app.requests).toHaveLength(requests);
  },

  async linksWithoutProfile({ run, app, outcomeOf }: SeedRun): Promise<void> {
    await run();
    const { value: user } = await outcomeOf('login');
    expect(asJson((await outcomeOf(link)).value)).toMatchObject(associated(user.id));
    await app.BaaS.auth.logout();
    expect(await app.BaaS.auth[login]()).toMatchObject({ id: user.id, nickname: '' });
  },
  async linksWithProfile({ run, page, app, outcomeOf }: SeedRun): Promise<void> {
    run();
    page.userInfoHandler?.(await app.tapProfileButton());
    const { value: user } = await outcomeOf('login');
    expect(asJson((await outcomeOf(link)).value)).toMatchObject(associated(user.id));
    expect(app.logged).toEqual([200]);
    await app.BaaS.auth.logout();
    expect(await app.BaaS.auth[login]()).toMatchObject({ id: user.id, nickname: 'Larry。' });
  },

  /** A newcomer is a 404 and makes no user; the block then logs in to an account and links it, and the next login finds that. */
  linksNewcomer: (start: (run: SeedRun, data: { detail: object }) => unknown) => async (seed: SeedRun) => {
    const { app, outcomeOf } = seed;
    await start(seed, await app.tapProfileButton());
    expect((await outcomeOf(login)).reason).toMatchObject({ code: 404 });
    const { value: user } = await outcomeOf('login');
    expect(asJson((await outcomeOf(link)).value)).toMatchObject(associated(user.id));
    expect(app.logged).toEqual([200]);
    await app.BaaS.auth.logout();
    expect((await app.BaaS.auth[login](null, { createUser: false })).id).toBe(user.id);
  },
  letsKnownPersonIn: (start: (run: SeedRun, data: { detail: object }) => unknown) => async (seed: SeedRun) => {
    const { app, outcomeOf } = seed;
    const known = await app.BaaS.auth[login]();
    await app.BaaS.auth.logout();
    await start(seed, await app.tapProfileButton());
    expect((await outcomeOf(login)).value.id).toBe(known.id);
  },

  async linksAskedBefore({ run, app, outcomeOf }: SeedRun): Promise<void> {
    const user = await app.BaaS.auth.register({ username: 'ifanrx', password: '111111' });
    run();
    expect(asJson((await outcomeOf(link)).value)).toMatchObject(associated(user.id));
    expect((await app.BaaS.auth.getCurrentUser()).nickname).toBe('Larry。');
  },
});
