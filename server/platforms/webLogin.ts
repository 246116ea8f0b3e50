import type * as z from 'zod';
import { translateErrors } from '../upstream/errors.ts';
import { toPlatformError } from './errorTable.ts';
import type { PlatformDefinition, PlatformIdentity, Profile, Upstream } from './platform.ts';
import { type PlatformSettings, requiredNames, splitSecrets } from './settings.ts';

/** A person's visit to the platform's page. */
export interface Visit {
  /** The page of this server to come back to. */
  redirectUri: string;
  /** Letters and digits, which the platform returns. */
  state: string;
  /** Whether the person is not asked, and no profile is given. */
  silent: boolean;
  /** Parameters that the app's page added to the address. */
  extras: URLSearchParams;
}

/** A person who came back from the platform's page. */
export interface WebPerson {
  identity: PlatformIdentity;
  /** Undefined for a silent login. */
  profile?: Profile;
}

/** One app's client for the web login of one platform. */
export interface WebLoginClient {
  settings: PlatformSettings;
  /** All settings except the secrets. */
  publicSettings: Record<string, unknown>;
  /** The values that must never be shown. */
  secrets: unknown[];
  /** Whether it can log in without consent. */
  canBeSilent: boolean;
  /** The address of the platform's page. */
  pageFor(visit: Visit): string;
  /**
   * Exchanges the code that the person came back with.
   *
   * @returns `preview` if the platform reports a made-up person, as WeChat does for a page in its preview mode
   * @throws ApiError
   */
  exchangeCode(code: string, options: Pick<Visit, 'silent'>, upstream: Upstream): Promise<WebPerson | 'preview'>;
  /**
   * Checks the app's credentials with a call that has no effect.
   *
   * @throws ApiError: app_misconfigured if they are wrong, code_invalid if only the made-up code is wrong
   */
  probe(upstream: Upstream): Promise<unknown>;
  /** The limits of `probe`, for operators. */
  unverified: string | undefined;
}

/** The data and functions in which web logins differ. */
interface WebLoginAdapter<Settings extends PlatformSettings> {
  displayName: PlatformDefinition['displayName'];
  /** Schema of an app's settings. Secrets are marked (`secret`). */
  settings: z.ZodObject & z.ZodType<Settings>;
  canBeSilent: boolean;
  pageFor(visit: Visit, settings: Settings): string;
  exchangeCode(code: string, options: Pick<Visit, 'silent'>, settings: Settings, upstream: Upstream): Promise<WebPerson | 'preview'>;
  unverified?: string;
}

/** A platform with a web login, for which apps can have an entry in `APPS_FILE`. */
export interface WebLoginDefinition extends Pick<PlatformDefinition, 'displayName' | 'required'> {
  /** Schema of an entry, which parses to the app's client. */
  entry: z.ZodType<WebLoginClient>;
}

export const defineWebLogin = <Settings extends PlatformSettings>(adapter: WebLoginAdapter<Settings>): WebLoginDefinition => ({
  displayName: adapter.displayName,
  required: requiredNames(adapter.settings),
  entry: adapter.settings.transform((settings: Settings) => {
    const exchangeCode: WebLoginClient['exchangeCode'] = (code, options, upstream) =>
      translateErrors(() => adapter.exchangeCode(code, options, settings, upstream), toPlatformError);
    return {
      settings,
      ...splitSecrets(adapter.settings, settings),
      canBeSilent: adapter.canBeSilent,
      pageFor: (visit) => adapter.pageFor(visit, settings),
      exchangeCode,
      probe: (upstream) => exchangeCode('made-up-code', { silent: true }, upstream),
      unverified: adapter.unverified,
    };
  }),
});
