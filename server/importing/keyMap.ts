import { inHostApp } from '../platforms/hostApps.ts';
import { identityPlatformNamed, identityPlatforms } from '../platforms/index.ts';
import type { PlatformApp } from '../platforms/platform.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Problem } from './importedUser.ts';

/** The operator's words about the keys under which a source keeps platform identities. */
export interface KeyMap {
  /**
   * The platform app of a key; a problem if the operator has not said; undefined if its identities are to be left out.
   *
   * @param hostApp the host app that the key means, on a platform that has several
   */
  appOf(key: string, platform?: string, hostApp?: string): PlatformApp | Problem | undefined;
}

/** The options of the command that say it. */
export interface KeyOptions {
  /** App ids by platform, for the keys whose platform is known. */
  platformApps: Readonly<Record<string, string>>;
  /** `PLATFORM:APPID` by key. */
  mapped: Readonly<Record<string, string>>;
  ignored: readonly string[];
}

/** @throws if an option names a platform that there is not */
export function createKeyMap({ platformApps, mapped, ignored }: KeyOptions): KeyMap {
  const apps = new Map<string, PlatformApp>();
  for (const [platform, platformAppId] of Object.entries(platformApps)) {
    apps.set(`platform ${platform}`, { platform: requirePlatform('--platform-app', platform), platformAppId });
  }
  for (const [key, target] of Object.entries(mapped)) {
    const [, platform = '', platformAppId = ''] = /^([a-z-]+):(.+)$/.exec(target) ?? [];
    if (platformAppId === '') throw new Error(`--map: ${key}=${target} must be like ${key}=wechat:wx0123456789abcdef`);
    apps.set(key, { platform: requirePlatform('--map', platform), platformAppId });
  }
  return {
    appOf(key, platform, hostApp) {
      if (ignored.includes(key)) return undefined;
      const app = apps.get(`platform ${platform}`);
      const inHost = app && hostApp !== undefined ? { ...app, platformAppId: inHostApp(app.platformAppId, hostApp) } : app;
      return apps.get(key) ?? inHost ?? unmapped(key, platform);
    },
  };
}

function unmapped(key: string, platform: string | undefined): Problem {
  const drop = `--ignore-key ${key} leaves its identities out`;
  if (platform === undefined)
    return { kind: 'key', about: key, reason: `unknown key: --map ${key}=PLATFORM:APPID says what it is, ${drop}` };
  if (identityPlatformNamed(platform) === undefined)
    return { kind: 'key', about: key, reason: `this server has no platform ${platform} yet: ${drop}` };
  return { kind: 'key', about: key, reason: `which app? --platform-app ${platform}=APPID says it, ${drop}` };
}

function requirePlatform(option: string, name: string): IdentityPlatform {
  const platform = identityPlatformNamed(name);
  if (platform === undefined) throw new Error(`${option}: there is no platform ${name}, only ${identityPlatforms.join(', ')}`);
  return platform;
}
