import type * as z from 'zod';
import type { PlatformName } from '../../generated/operations.ts';
import type { ApiError, ErrorCode } from '../errors.ts';
import type { PhoneNumber } from '../store/schema.ts';
import { translateErrors } from '../upstream/errors.ts';
import type { AccessToken } from './accessTokens.ts';
import { type ErrorTable, toPlatformError } from './errorTable.ts';
import { type PlatformSettings, requiredNames, type sealedPhone, splitSecrets } from './settings.ts';

/** How an adapter calls one platform for one app, on behalf of one request. */
export interface Upstream {
  /**
   * @returns the reply's JSON, whatever its media type; the adapter checks its shape.
   * @throws UpstreamError, without a call if the request's time is over
   */
  requestJson(url: URL, init?: RequestInit): Promise<unknown>;
  /**
   * The contract's error for an error of the platform. The app's own `error_codes` go first, then the adapter's table. The fallback for
   * unknown codes must not blame the client's code, which may have been right.
   */
  refusal(platformCode: string | number, platformMessage: unknown, table: ErrorTable, fallback?: ErrorCode): ApiError;
  /** Makes a call with the app's access token, and once more with a new one if the platform refuses the token. */
  callWithToken(call: TokenCall): Promise<unknown>;
  /** Unix seconds. */
  now: () => number;
}

export interface TokenCall {
  /** Requests a token from the platform. */
  fetchToken(refused: string | undefined): Promise<AccessToken>;
  send(token: string): Promise<unknown>;
  /** Whether the reply refuses the token, which platforms do before they look at anything else. */
  refusesToken(json: unknown): boolean;
}

/** An app on a platform. Openids and session keys are of one such app. */
export interface PlatformApp {
  platform: PlatformName;
  /** `app_id` of its settings. */
  platformAppId: string;
}

/** The ids of one of our apps on the platforms that it is on. */
export type PlatformApps = Readonly<Partial<Record<PlatformName, string>>>;

/** A person, as the exchange of a login code describes them. */
export interface PlatformIdentity {
  openid: string;
  unionid?: string;
  /** Base64, as the platform gave it. Never leaves the server. */
  sessionKey?: string;
  /** Other data of the platform about the person, for `_provider`. */
  profile?: Record<string, unknown>;
}

/** The profile data that a host gave and a client sent (docs/protocol.md, Request bodies). Each host gives some of the fields. */
export interface ProfileGrant {
  rawData?: string;
  signature?: string;
  encryptedData?: string;
  iv?: string;
  /** Baidu's and JD's name for `encryptedData`. */
  data?: string;
  userInfo?: Record<string, unknown>;
}

/** A profile that a person granted. */
export interface Profile {
  /** Under the platform's own names, for `_provider`. */
  original: Record<string, unknown>;
  /** Under the contract's names, for the first level; undefined if the platform did not say. */
  fields: ProfileFields;
  unionid?: string;
}

export interface ProfileFields {
  nickname?: string | undefined;
  avatar?: string | undefined;
  gender?: number | undefined;
  language?: string | undefined;
  city?: string | undefined;
  province?: string | undefined;
  country?: string | undefined;
}

/** The phone data that a host gave and a client sent. */
export interface PhoneGrant {
  encryptedData?: string;
  iv?: string;
  /** WeChat's code for the number. */
  phone_code?: string;
}

/** The person who should own the number, if known. */
export type PhoneHolder = { openid?: string | undefined; sessionKey?: string | undefined };

/** A phone number that a person granted. */
export interface GrantedPhone {
  number: PhoneNumber;
  trust: z.infer<typeof sealedPhone>;
  /** The decrypted data, which can be used once; undefined if the platform's server returned the number. */
  opened?: { sessionKey: string; content: string };
}

/** Reads the phone numbers that a platform's phone button gives one app. */
export interface PhoneClient {
  /** How far a sealed number is trusted. */
  sealed: GrantedPhone['trust'];
  /**
   * Reads the number from a phone button's data.
   *
   * @throws sealed_data_invalid, session_key_expired, phone_code_invalid, and what any call to a platform may throw
   */
  read(grant: PhoneGrant, holder: PhoneHolder, upstream: Upstream): Promise<GrantedPhone>;
}

/** One app's client for one platform. */
export interface PlatformClient {
  settings: PlatformSettings;
  /** The settings that may be shown: all but the secrets. */
  publicSettings: Record<string, unknown>;
  /** The values that must never be shown. */
  secrets: unknown[];
  /**
   * Exchanges a login code, which spends it.
   *
   * @throws ApiError
   */
  exchangeCode(code: string, upstream: Upstream): Promise<PlatformIdentity>;
  /**
   * Opens and checks the profile that came with a code; undefined if none came.
   *
   * @param person the result of the code's exchange
   * @throws signature_invalid, session_key_expired, sealed_data_invalid
   */
  openProfile(grant: ProfileGrant, person: PlatformIdentity): Profile | undefined;
  /** Undefined if the platform gives no numbers. */
  phone: PhoneClient | undefined;
  /**
   * Makes a call that spends nothing, to check the app's credentials at the platform.
   *
   * @throws ApiError: app_misconfigured if they are wrong, code_invalid if only the made-up code is
   */
  probe(upstream: Upstream): Promise<unknown>;
  /** The limits of `probe`, for operators. */
  unverified: string | undefined;
}

/** A platform: its adapter's data and quirks, no more. */
interface Adapter<Settings extends PlatformSettings> {
  /** The platform's name for people. */
  displayName: PlatformDefinition['displayName'];
  /** The settings of the app's entry for this platform. Secrets are marked (`secret`). */
  settings: z.ZodObject & z.ZodType<Settings>;
  exchangeCode(code: string, settings: Settings, upstream: Upstream): Promise<PlatformIdentity>;
  openProfile(grant: ProfileGrant, person: PlatformIdentity, settings: Settings): Profile | undefined;
  phone?(settings: Settings): PhoneClient;
  /** The exchange of a made-up code if absent. */
  probe?(settings: Settings, upstream: Upstream): Promise<unknown>;
  unverified?: string;
}

/** A platform that apps can have an entry for in `APPS_FILE`. */
export interface PlatformDefinition {
  displayName: { en: string; zh: string };
  /** The entry's schema, which parses into the app's client for the platform. */
  entry: z.ZodType<PlatformClient>;
  /** The names of the settings that an entry cannot do without. */
  required: readonly string[];
}

export const definePlatform = <Settings extends PlatformSettings>(adapter: Adapter<Settings>): PlatformDefinition => ({
  displayName: adapter.displayName,
  required: requiredNames(adapter.settings),
  entry: adapter.settings.transform((settings: Settings) => ({
    settings,
    ...splitSecrets(adapter.settings, settings),
    exchangeCode: (code, upstream) => translateErrors(() => adapter.exchangeCode(code, settings, upstream), toPlatformError),
    openProfile: (grant, person) => adapter.openProfile(grant, person, settings),
    phone: translated(adapter.phone?.(settings)),
    probe: (upstream) => translateErrors(() => probe(adapter, settings, upstream), toPlatformError),
    unverified: adapter.unverified,
  })),
});

const translated = (phone: PhoneClient | undefined): PhoneClient | undefined =>
  phone && { ...phone, read: (...request) => translateErrors(() => phone.read(...request), toPlatformError) };

async function probe<Settings extends PlatformSettings>(
  adapter: Adapter<Settings>,
  settings: Settings,
  upstream: Upstream,
): Promise<unknown> {
  return adapter.probe ? adapter.probe(settings, upstream) : adapter.exchangeCode('made-up-code', settings, upstream);
}
