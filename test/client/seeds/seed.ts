import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { type Backend, itRemembers, startBackend } from '../../support/backend.ts';
import { type AppOptions, type FakeHost, type MiniprogramPlatform, startApp } from '../../support/fakeHost.ts';

/** The accounts that the documents log in to. */
const accounts = [
  { operation: 'registerByUsername', account: { username: 'ifanrx', password: '111111' } },
  { operation: 'registerByEmail', account: { email: 'ifanrx@ifanr.com', password: 'ifanrx123' } },
] as const;

// biome-ignore lint/suspicious/noExplicitAny: what an app in JavaScript has in hand
type Anything = any;
interface Outcome {
  verb: string;
  value?: Anything;
  reason?: Anything;
}

export interface SeedOptions extends AppOptions {
  /** See `itRemembers`. */
  remembers?: boolean;
}

export interface SeedRun {
  server: Backend;
  app: FakeHost;
  /** Runs the document's block as written. @param globals globals of the surrounding app */
  run(globals?: Record<string, unknown>): Anything;
  /** The handlers of the page that the block made. */
  page: Record<string, (data?: unknown) => void>;
  /** Result of a verb that the block called. */
  outcomeOf(verb: string): Promise<Outcome>;
}

/**
 * Tests of one seed document. Its code blocks are in a file next to the tests, under their headings, verbatim except for line breaks
 * that the stored document has lost.
 */
export function seed(document: string, platform: MiniprogramPlatform) {
  const text = readFileSync(new URL(`${document}.md`, import.meta.url), 'utf8');
  const blocks = new Map([...text.matchAll(/## ([^\n]*)\n\n```js\n(.*?)```/gs)].map(([, heading = '', code = '']) => [heading, code]));
  const untried = new Set(blocks.keys());
  afterAll(() => expect([...untried], 'blocks that no test runs').toEqual([]));

  return (
    heading: string,
    what: string,
    follow: (run: SeedRun) => Promise<void>,
    { remembers = false, ...options }: SeedOptions = {},
  ): void => {
    untried.delete(heading);
    const test = remembers ? itRemembers : it;
    test(`${document}, ${heading}: ${what}`, async () => {
      const code = blocks.get(heading);
      if (!code) throw new Error(`${document} has no block under ${heading}`);
      const server = await startBackend();
      for (const { operation, account } of accounts) if (code.includes(account.password)) await server.call(operation, { body: account });
      const app = await startApp(server, platform, { person: 'larry', ...options });
      const page: SeedRun['page'] = {};
      const outcomeOf = watch(app.BaaS);
      await follow({
        server,
        app,
        page,
        outcomeOf,
        run(globals) {
          outcomeOf.forget();
          return app.run(code, { Page: (handlers: SeedRun['page']) => Object.assign(page, handlers), ...globals });
        },
      });
    });
  };
}

/** Records the result of each verb, also of verbs on returned users. */
function watch(BaaS: Anything) {
  let outcomes: Outcome[] = [];
  let waiting: { verb: string; resolve: (outcome: Outcome) => void }[] = [];
  const note = (outcome: Outcome) => {
    outcomes.push(outcome);
    for (const { verb, resolve } of waiting) if (verb === outcome.verb) resolve(outcome);
    waiting = waiting.filter(({ verb }) => verb !== outcome.verb);
  };
  const linksOf = (user: object) => Object.keys(Object.getPrototypeOf(user)).filter((name) => name.startsWith('link'));
  const watchVerbs = (object: Anything, names: string[]) => {
    for (const verb of names) {
      const call = object[verb];
      object[verb] = (...given: unknown[]) => {
        const result = call(...given);
        result.then(
          (value: Anything) => {
            watchVerbs(value, linksOf(value));
            note({ verb, value });
          },
          (reason: unknown) => note({ verb, reason }),
        );
        return result;
      };
    }
  };
  if ('logout' in BaaS) watchVerbs(BaaS, ['login', 'handleUserInfo', 'logout']);
  else watchVerbs(BaaS.auth, Object.keys(BaaS.auth));

  const outcomeOf = (verb: string) =>
    new Promise<Outcome>((resolve) => {
      const outcome = outcomes.find((known) => known.verb === verb);
      if (outcome) resolve(outcome);
      else waiting.push({ verb, resolve });
    });
  const forget = () => {
    outcomes = [];
  };
  return Object.assign(outcomeOf, { forget });
}

/** A decline in the documents of QQ, Baidu, Kuaishou and JD: JSON of these four fields. */
export const declined = { id: expect.any(Number), openid: expect.stringMatching(/^\w+$/), code: 603, message: 'unauthorized' };
/** A link's result in these documents. */
export const associated = (user_id: number) => ({
  statusCode: 200,
  data: { message: 'User associated.', openid: expect.stringMatching(/^\w+$/), status: 'ok', user_id },
});
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
