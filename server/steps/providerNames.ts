import { platformNamed } from '../platforms/index.ts';

/** MinCloud's names in `_provider` for platforms that have another name here. */
const mincloudNames: Readonly<Record<string, string>> = { qq: 'qq_miniapp', baidu: 'baidu_miniapp', jd: 'jd_miniapp' };

/** Adds MinCloud's names to the `_provider` of the user in an answer, next to ours. An answer without a user stays as it is. */
export function withMincloudNames<Body>(body: Body): Body {
  if (!isObject(body)) return body;
  if ('_provider' in body && isObject(body._provider)) return { ...body, _provider: addNames(body._provider) };
  if ('session' in body) return { ...body, session: withMincloudNames(body.session) };
  if ('user_info' in body) return { ...body, user_info: withMincloudNames(body.user_info) };
  return body;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** MinCloud names ByteDance's identities by their host apps: `douyin`, `toutiao` and others. */
const hostAppIn = (identity: unknown): string | undefined =>
  isObject(identity) && 'app_name' in identity && typeof identity.app_name === 'string' && !isTaken(identity.app_name)
    ? identity.app_name
    : undefined;

/** Whether a host app has a platform's name, under which its identity would appear to be that platform's. */
const isTaken = (name: string): boolean => platformNamed(name) !== undefined || Object.values(mincloudNames).includes(name);

const addNames = (provider: object): object =>
  Object.fromEntries(
    Object.entries(provider).flatMap(([name, identity]) => {
      const other = mincloudNames[name] ?? hostAppIn(identity);
      return other === undefined
        ? [[name, identity]]
        : [
            [name, identity],
            [other, identity],
          ];
    }),
  );
