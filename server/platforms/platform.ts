import * as z from 'zod';
import { type ApiError, type ErrorCode, isErrorCode } from '../errors.ts';
import { translateErrors } from '../upstream/errors.ts';
import type { AccessToken } from './accessTokens.ts';
import { type ErrorTable, toPlatformError } from './errorTable.ts';

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

/** A person, as the exchange of a login code describes them. */
export interface PlatformIdentity {
  openid: string;
  unionid?: string;
  /** Base64, as the platform gave it. Never leaves the server. */
  sessionKey?: string;
  /** Anything else that the platform says of the person, kept in `_provider`. */
  profile?: Record<string, unknown>;
}

/** What a client sends of a profile that the person granted (docs/protocol.md, Request bodies). Every host gives some of these. */
export interface ProfileGrant {
  rawData?: string;
  signature?: string;
  encryptedData?: string;
  iv?: string;
  /** What Baidu and JD call `encryptedData`. */
  data?: string;
  userInfo?: Record<string, unknown>;
}

/** A profile that a person granted. */
export interface Profile {
  /** In the platform's own names, for `_provider`. */
  original: Record<string, unknown>;
  /** In the contract's names, for the first level. Undefined: the platform did not say. */
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

/** What a client sends of a phone number that the person granted. */
export interface PhoneGrant {
  encryptedData?: string;
  iv?: string;
  /** WeChat's code that stands for the number. */
  phone_code?: string;
}

/** Whose number it should be, as far as that is known. */
export type PhoneHolder = { openid?: string | undefined; sessionKey?: string | undefined };

/** `sealed_phone` of a platform's entry: whether a number counts as proved because it came sealed. */
export const sealedPhone = z.enum(['believed', 'unproven']);

/** A phone number that a person granted. */
export interface GrantedPhone {
  /** In the one form that is kept (`canonicalPhone`). */
  number: string;
  trust: z.infer<typeof sealedPhone>;
  /** What was opened for it, which counts once; undefined if the platform's server said the number. */
  opened?: { sessionKey: string; content: string };
}

/** The README's example has `…` and `<App Key>` where an app has its own. */
const isFilledIn = (value: string) => value !== '…' && !/^(\.{3}|<.*>)$/.test(value);
const filledIn = (max: number) =>
  z.string().min(1).max(max).refine(isFilledIn, "is still the example's placeholder: put in what the platform gave you");

/** What every platform's entry in `APPS_FILE` holds. */
export const platformSettings = z.strictObject({
  app_id: filledIn(128),
  app_secret: filledIn(512),
  /** A proxy or a stand-in; the platform's own address when absent. */
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Contract codes for platform codes that we do not know or have wrong. They go before the adapter's own table. */
  error_codes: z.record(z.string(), z.string().refine(isErrorCode, 'is not an error code of the contract')).optional(),
});
export type PlatformSettings = z.infer<typeof platformSettings>;

/** How one app reads the numbers that a platform's phone button gives. */
export interface PhoneClient {
  /** What a number is worth that came sealed. */
  sealed: GrantedPhone['trust'];
  /**
   * Reads the number from what a phone button gave.
   *
   * @throws sealed_data_invalid, session_key_expired, phone_code_invalid, and what any call to a platform may throw
   */
  read(grant: PhoneGrant, holder: PhoneHolder, upstream: Upstream): Promise<GrantedPhone>;
}

/** One app's line to one platform. */
export interface PlatformClient {
  settings: PlatformSettings;
  /**
   * Exchanges a login code, which spends it.
   *
   * @throws ApiError with the contract's code for what went wrong
   */
  exchangeCode(code: string, upstream: Upstream): Promise<PlatformIdentity>;
  /**
   * Opens and checks the profile that came with a code; undefined where none came.
   *
   * @param person what the code was exchanged for
   * @throws signature_invalid, session_key_expired, sealed_data_invalid
   */
  openProfile(grant: ProfileGrant, person: PlatformIdentity): Profile | undefined;
  /** Undefined if the platform gives no numbers. */
  phone: PhoneClient | undefined;
  /**
   * Makes a call that spends nothing, to see whether the platform knows the app and its secret.
   *
   * @throws ApiError: app_misconfigured where it does not, code_invalid where it only minds the made-up code
   */
  probe(upstream: Upstream): Promise<unknown>;
  /** What is not known of the platform's answers to `probe`. */
  unverified: string | undefined;
}

/** What an adapter says of its platform: the platform's data and quirks, no more. */
interface Adapter<Settings extends PlatformSettings> {
  /** What the app's entry for this platform must hold. */
  settings: z.ZodType<Settings>;
  exchangeCode(code: string, settings: Settings, upstream: Upstream): Promise<PlatformIdentity>;
  openProfile(grant: ProfileGrant, person: PlatformIdentity, settings: Settings): Profile | undefined;
  phone?(settings: Settings): PhoneClient;
  /** The exchange of a made-up code when absent. */
  probe?(settings: Settings, upstream: Upstream): Promise<unknown>;
  unverified?: string;
}

/** The schema of a platform's entry in `APPS_FILE`; what it reads is the app's line to the platform. */
export const definePlatform = <Settings extends PlatformSettings>(adapter: Adapter<Settings>): z.ZodType<PlatformClient> =>
  adapter.settings.transform((settings) => ({
    settings,
    exchangeCode: (code, upstream) => translateErrors(() => adapter.exchangeCode(code, settings, upstream), toPlatformError),
    openProfile: (grant, person) => adapter.openProfile(grant, person, settings),
    phone: translated(adapter.phone?.(settings)),
    probe: (upstream) => translateErrors(() => probe(adapter, settings, upstream), toPlatformError),
    unverified: adapter.unverified,
  }));

const translated = (phone: PhoneClient | undefined): PhoneClient | undefined =>
  phone && { ...phone, read: (...request) => translateErrors(() => phone.read(...request), toPlatformError) };

async function probe<Settings extends PlatformSettings>(
  adapter: Adapter<Settings>,
  settings: Settings,
  upstream: Upstream,
): Promise<unknown> {
  return adapter.probe ? adapter.probe(settings, upstream) : adapter.exchangeCode('made-up-code', settings, upstream);
}
