// @module-tag fault
import { beforeEach, describe, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../support/backend.ts';
import { buttonPlatforms, type FakeHost, startApp, verbs } from '../support/fakeHost.ts';
import { factsOf } from '../support/platforms.ts';

let server: Backend;
describe('a silent host', () => {
  beforeEach(async () => {
    server = await startBackend();
  });

  // biome-ignore lint/suspicious/noExplicitAny: what a host passes
  type Call = (callbacks: any) => unknown;
  /** Misbehaviours of a host's call, instead of one callback with a result. */
  const wrongs: Record<string, Call> = {
    'throws an error': () => {
      throw new Error('host');
    },
    'throws something else': () => {
      throw 'host';
    },
    'calls success with nothing': ({ success }) => success(),
    'calls success with null': ({ success }) => success(null),
    'calls success with an empty object': ({ success }) => success({}),
    'calls fail with nothing': ({ fail }) => fail(),
    'calls fail with null': ({ fail }) => fail(null),
    'calls fail with a text': ({ fail }) => fail('host'),
    'calls fail twice': ({ fail }) => {
      fail({ errMsg: 'host' });
      fail({ errMsg: 'host' });
    },
    'calls fail, then success': ({ fail, success }) => {
      fail({ errMsg: 'host' });
      success({ code: 'late', networkType: 'none', statusCode: 200, data: { time: 'late' } });
    },
  };

  /** @param names the host's names of a call, as there are platforms with two */
  async function whileHost(app: FakeHost, names: string[], wrong: Call, attempt: () => Promise<void>): Promise<void> {
    const known = Object.fromEntries(names.filter((name) => name in app.namespace).map((name) => [name, app.namespace[name]]));
    for (const name of Object.keys(known)) app.namespace[name] = wrong;
    await attempt();
    Object.assign(app.namespace, known);
  }
  const anHError = expect.objectContaining({ name: 'HError', code: expect.any(Number) });

  describe.each(buttonPlatforms)('on %s', (platform) => {
    const { login, link } = verbs[platform];

    it('login never calls back: every verb rejects with 601 after the timeout, and the next call asks the host again', async () => {
      const app = await startApp(server, platform);
      app.silent = ['login'];
      const dead = Promise.allSettled([
        app.BaaS.auth[login](),
        app.BaaS.auth[login](),
        app.BaaS.auth.silentLogin(),
        app.BaaS.auth.silentLogin({ createUser: false }),
        app.BaaS.auth[login](await app.tapProfileButton()),
      ]);
      // Those that ask for the same share one attempt; the others take turns.
      for (let attempts = 0; attempts < 3; attempts++) await app.timeIsUp();
      for (const outcome of await dead)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 601, message: expect.stringContaining('login') } });
      expect(app.calls).toEqual(['login', 'login', 'login']);
      app.silent = [];
      expect((await app.BaaS.auth[login]()).openid).not.toBe('');
      expect(app.timers.size).toBe(0);
    });

    it('getUserInfo never calls back: a login with a button rejects, and so does the next', async () => {
      const app = await startApp(server, platform);
      const button = await app.tapProfileButton();
      app.silent = ['getUserInfo'];
      const ended = app.BaaS.auth[login](button).then(
        () => true,
        () => true,
      );
      await expect.poll(() => app.calls).toContain('getUserInfo');
      await app.timeIsUp();
      expect(await ended).toBe(true);
      app.silent = [];
      expect((await app.BaaS.auth[login](button)).is_authorized).toBe(true);
    });

    it('getNetworkType never calls back: failures of a request or a login are reported nevertheless', async () => {
      const app = await startApp(server, platform);
      Object.assign(app, { offline: true, silent: ['getNetworkType'] });
      for (const call of [() => app.BaaS.getServerDate(), () => app.BaaS.auth[login]()]) {
        const failed = call();
        failed.catch(() => undefined);
        await expect.poll(() => app.waits.at(-1)).toBe(3000);
        await app.timeIsUp();
        await expect(failed).rejects.toMatchObject({ code: 601, errMsg: expect.stringContaining('fail') });
        app.waits.length = 0;
      }
    });

    it('request never calls back: 601, and the next request is sent', async () => {
      const app = await startApp(server, platform);
      app.silent = ['request'];
      const dead = app.BaaS.auth[login]();
      await expect.poll(() => app.requests).toHaveLength(1);
      await app.timeIsUp();
      await expect(dead).rejects.toMatchObject({ code: 601 });
      app.silent = [];
      expect((await app.BaaS.auth[login]()).openid).not.toBe('');
    });

    it('the timeout of init: is applied, otherwise a minute', async () => {
      for (const [init, milliseconds] of [
        [{}, 60_000],
        [{ timeout: 2500 }, 2500],
        [{ timeout: Number.POSITIVE_INFINITY }, 2 ** 31 - 1],
      ] as const) {
        const app = await startApp(server, platform, { init });
        await app.BaaS.auth[login]();
        expect(new Set(app.waits)).toEqual(new Set([milliseconds]));
      }
      const app = await startApp(server, platform, { init: null });
      for (const timeout of [0, -1, Number.NaN, 'soon', {}])
        expect(() => app.BaaS.init('sandbox', { host: server.origin, timeout })).toThrow(expect.objectContaining({ code: 605 }));
    });

    describe.each(Object.entries(wrongs))('a host that %s', (_what, wrong) => {
      it('in login: the call rejects with an HError, and the next one logs in', async () => {
        const app = await startApp(server, platform);
        await whileHost(app, ['login', 'getLoginCode'], wrong, async () => {
          await expect(app.BaaS.auth[login]()).rejects.toEqual(anHError);
          await expect(app.BaaS.auth[login](await app.tapProfileButton())).rejects.toEqual(anHError);
        });
        const user = await app.BaaS.auth[login]();
        await whileHost(app, ['login', 'getLoginCode'], wrong, () => expect(user[link]()).rejects.toEqual(anHError));
        expect((await user[link]()).statusCode).toBe(200);
      });

      it('in getUserInfo: a login with a button rejects, and the next one has the profile', async () => {
        const app = await startApp(server, platform);
        const button = await app.tapProfileButton();
        await whileHost(app, ['getUserInfo'], wrong, async () => {
          await app.BaaS.auth[login](button).catch((error: unknown) => expect(error).toEqual(anHError));
          if (factsOf(platform).forcedLogin) await expect(app.BaaS.auth[login]({ forceLogin: true })).rejects.toEqual(anHError);
          if (platform === 'wechat') await app.BaaS.login().catch((error: unknown) => expect(error).toBeTruthy());
        });
        expect((await app.BaaS.auth[login](button)).is_authorized).toBe(true);
      });

      it('in request: an HError; in getNetworkType: the failure is reported nevertheless', async () => {
        const app = await startApp(server, platform);
        await whileHost(app, ['request'], wrong, () => expect(app.BaaS.getServerDate()).rejects.toMatchObject({ code: 601 }));
        app.offline = true;
        await whileHost(app, ['getNetworkType'], wrong, () => expect(app.BaaS.getServerDate()).rejects.toEqual(anHError));
        app.offline = false;
        expect((await app.BaaS.getServerDate()).statusCode).toBe(200);
      });
    });

    it('a host that calls success twice: the first code is used, once', async () => {
      const app = await startApp(server, platform);
      const { login: hostLogin } = app.namespace;
      const twice: Call = ({ success, ...others }) =>
        hostLogin({
          ...others,
          success(result: object) {
            success(result);
            success({ ...result, code: 'another' });
          },
        });
      Object.assign(app.namespace, { login: twice, getLoginCode: twice });
      expect((await app.BaaS.auth[login]()).openid).not.toBe('');
      expect(app.requests).toHaveLength(1);
    });

    itRemembers('a login that comes after its time is up: it is not kept', async () => {
      const app = await startApp(server, platform);
      let late: (() => void) | undefined;
      const { login: hostLogin } = app.namespace;
      const slow: Call = (callbacks) => {
        late = () => hostLogin(callbacks);
      };
      await whileHost(app, ['login', 'getLoginCode'], slow, async () => {
        const dead = app.BaaS.auth[login]();
        await app.timeIsUp();
        await expect(dead).rejects.toMatchObject({ code: 601 });
      });
      late?.();
      const user = await app.BaaS.auth[login]();
      expect(app.requests).toHaveLength(1);
      expect(app.BaaS.storage.get('uid')).toBe(user.id);
    });
  });
});
