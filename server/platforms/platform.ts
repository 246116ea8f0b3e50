import type * as z from 'zod';
import type { ApiError, ErrorCode } from '../errors.ts';
import type { IdentityPlatform, PhoneNumber } from '../store/schema.ts';
import { translateErrors } from '../upstream/errors.ts';
import type { Picture } from '../upstream/picture.ts';
import type { AccessToken } from './accessTokens.ts';
import type { ContentVerdict } from './contentVerdict.ts';
import { type ErrorTable, toPlatformError } from './errorTable.ts';
import type { PushReceiver } from './push.ts';
import { type PlatformSettings, requiredNames, type sealedPhone, splitSecrets } from './settings.ts';

/** Calls to one platform for one app, during one request. */
export interface Upstream {
  /**
   * @returns the reply's JSON; the adapter validates its shape. A signature over the reply's raw text cannot be verified from it
   * @throws UpstreamError, without a call if the request's time is used up
   */
  requestJson(url: URL, init?: RequestInit): Promise<unknown>;
  /** The same for a platform that signs the text of its replies, which may be anything. */
  requestText(url: URL, init?: RequestInit): Promise<string>;
  /** @returns the reply's picture, or its JSON if it is none. Throws as `requestJson` does */
  requestPicture(url: URL, init?: RequestInit): Promise<unknown>;
  /**
   * The contract's error for an error of the platform. The app's `error_codes` take precedence over the adapter's table. The fallback for
   * unknown codes must not blame the client's code, which may have been valid.
   */
  refusal(platformCode: string | number, platformMessage: unknown, table: ErrorTable, fallback?: ErrorCode): ApiError;
  /** Makes a call with the app's access token, and repeats it with a new one if the platform refuses the token. */
  callWithToken(call: TokenCall): Promise<unknown>;
  /** The latest ticket that the platform pushed to a third-party platform. @throws app_misconfigured if there is none */
  componentTicket(componentAppId: string): Promise<string>;
  /** Unix seconds. */
  now: () => number;
}

export interface TokenCall {
  /** The app whose token it is; the app of the settings if absent. */
  holder?: string;
  /** Requests a token from the platform. */
  fetchToken(refused: string | undefined): Promise<AccessToken>;
  send(token: string): Promise<unknown>;
  /** Whether a new token ends an earlier one, so that all tenants that have the platform's app must share it. */
  endsEarlier?: boolean;
  /** Whether the reply refuses the token, which platforms check first. */
  refusesToken(json: unknown): boolean;
}

/** An app on a platform. Openids and session keys are valid within one such app. */
export interface PlatformApp {
  platform: IdentityPlatform;
  /** `app_id` of its settings. */
  platformAppId: string;
}

/** The platform app ids of one entry of `APPS_FILE`. */
export type PlatformApps = Readonly<Partial<Record<IdentityPlatform, string>>>;

/** A person, as reported by the exchange of a login code. */
export interface PlatformIdentity {
  openid: string;
  /**
   * The person's id of an older kind in this app, on a platform that replaces its ids (Alipay's `user_id`): it finds the person like the
   * openid. The openid itself if the platform reports no newer id, null if it reports no older one, absent if ids never change.
   */
  formerOpenid?: string | null;
  unionid?: string;
  /** Base64, as the platform sent it. Never leaves the server. */
  sessionKey?: string;
  /** Other data about the person, for `_provider`. */
  profile?: Record<string, unknown>;
  /** For `fetchProfile`, in this request only. Never stored. */
  accessToken?: string;
  /** Fields that the platform's deployed clients read in the answer to a link. */
  linkFields?: { alipay_user_id?: string };
  /** The host app that the openid is valid in, on platforms whose host apps have different ones; '' if it is unknown. */
  hostApp?: string;
  /** Whether the openid is a device's, which several people may use: its user is anonymous. */
  isDevice?: boolean;
}

/** A platform's user, as reported when a code is exchanged. */
export interface Identity extends PlatformIdentity, PlatformApp {}

/** Fields that a client sends with a login code. Each platform uses some of them, or none. */
export interface LoginFields {
  /** The host app, as it names itself. */
  app_name?: string;
  /** A code for the device, which the host gives signed-out people too. */
  anonymous_code?: string;
}

/** A host's profile data, as sent by a client (docs/protocol.md, Request bodies). Each host returns some of the fields. */
export interface ProfileGrant {
  rawData?: string;
  signature?: string;
  encryptedData?: string;
  iv?: string;
  /** Baidu's and JD's name for `encryptedData`. */
  data?: string;
  userInfo?: Record<string, unknown>;
  /** Whether the server fetches the profile, because the person granted it with the code (Alipay). */
  authorized?: boolean;
}

/** A granted profile. */
export interface Profile {
  /** Fields under the platform's names, for `_provider`. */
  original: Record<string, unknown>;
  /** Fields under the contract's names, for the first level. */
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

/** A host's phone data, as sent by a client. */
export interface PhoneGrant {
  encryptedData?: string;
  iv?: string;
  /** WeChat's code for the number. */
  phone_code?: string;
  /** Alipay's encrypted number, and its signature. */
  response?: string;
  sign?: string;
}

/** The person who should own the number, if known. */
export type PhoneHolder = { openid?: string | undefined; sessionKey?: string | undefined };

/** A granted phone number. */
export interface GrantedPhone {
  number: PhoneNumber;
  trust: z.infer<typeof sealedPhone>;
  /**
   * The decrypted data, which can be used once, and the key that opened it: the person's session key, or the app's own key if the platform
   * has no session keys. Undefined if the platform's server returned the number.
   */
  opened?: { key: string; content: string };
}

/** Reads phone numbers from a platform's phone button, for one app. */
export interface PhoneClient {
  /** Whether the platform checks that a phone code is the holder's; undefined if the app cannot exchange phone codes. */
  codes?: 'checked' | 'unchecked';
  /** Whether sealed numbers count as verified. */
  sealed: GrantedPhone['trust'];
  /**
   * Reads the number from a phone button's data.
   *
   * @throws sealed_data_invalid, session_key_expired, phone_code_invalid, and the errors of calls to a platform
   */
  read(grant: PhoneGrant, holder: PhoneHolder, upstream: Upstream): Promise<GrantedPhone>;
}

/** Checks what people write and show in one app. */
export interface ContentCheck {
  /**
   * Checks a text of a person's profile.
   *
   * @param openid of a person whom the platform has seen in the app lately
   * @throws content_refused, login_not_fresh, and the errors of calls to a platform
   */
  checkText(text: string, openid: string, upstream: Upstream): Promise<ContentVerdict>;
  /**
   * Requests the check of a picture of a person's profile. The verdict comes as a push.
   *
   * @param address at which the platform fetches the picture
   * @returns the check's id, which the push names
   * @throws login_not_fresh, and the errors of calls to a platform
   */
  requestPictureCheck(address: string, openid: string, upstream: Upstream): Promise<string>;
}

/** Draws a code that opens one app with a text. */
export interface ScanCode {
  /**
   * @param scene at most 32 letters, digits, _ and -
   * @throws the errors of calls to a platform
   */
  draw(scene: string, upstream: Upstream): Promise<Picture>;
}

/** A new person, to be rated. */
export interface Unrated {
  openid: string;
  ip: string;
  phone: string | null;
}

/** Rates how risky new people are. */
export interface RiskRank {
  /** @returns 0 to 4, the riskiest. @throws the errors of calls to a platform */
  rank(person: Unrated, upstream: Upstream): Promise<number>;
}

/** One app's client for one platform. */
export interface PlatformClient {
  settings: PlatformSettings;
  /** All settings except the secrets. */
  publicSettings: Record<string, unknown>;
  /** The values that must never be shown. */
  secrets: unknown[];
  /**
   * Exchanges a login code, which is invalid afterwards.
   *
   * @param code '' if the client sent only one of the fields instead
   * @throws ApiError
   */
  exchangeCode(code: string, upstream: Upstream, fields?: LoginFields): Promise<PlatformIdentity>;
  /**
   * Opens and validates the profile that was sent with a code; undefined if none was sent.
   *
   * @param person the result of the code's exchange
   * @throws signature_invalid, session_key_expired, sealed_data_invalid
   */
  openProfile(grant: ProfileGrant, person: PlatformIdentity): Profile | undefined;
  /**
   * Fetches the profile that the person granted with the code; undefined on platforms whose hosts return it to the client.
   *
   * @throws the errors of calls to a platform
   */
  fetchProfile: ((person: PlatformIdentity, upstream: Upstream) => Promise<Profile>) | undefined;
  /** Undefined if the platform has no phone button, or the app is not set up for it. */
  phone: PhoneClient | undefined;
  /** Reads the platform's pushes; undefined if it sends none, or the app is not set up for them. */
  pushes: PushReceiver | undefined;
  /** Receives the tickets of the third-party platform that the app is authorised to; undefined if it has its own secret. */
  componentPushes: { appId: string; receiver: PushReceiver } | undefined;
  /** Undefined if the platform checks no content, or not for this app. */
  contentCheck: ContentCheck | undefined;
  /** Undefined if the platform draws no codes, or not for this app. */
  scanCode: ScanCode | undefined;
  /** Undefined if the platform rates no one, or not for this app. */
  riskRank: RiskRank | undefined;
  /**
   * Checks the app's credentials with a call that has no effect.
   *
   * @throws ApiError: app_misconfigured if they are wrong, code_invalid if only the made-up code is wrong
   */
  probe(upstream: Upstream): Promise<unknown>;
  /** The limits of `probe`, for operators. */
  unverified: string | undefined;
}

/** The data and functions in which platforms differ. */
interface Adapter<Settings extends PlatformSettings> {
  /** The platform's display name. */
  displayName: PlatformDefinition['displayName'];
  /** Schema of an app's settings for this platform. Secrets are marked (`secret`). */
  settings: z.ZodObject & z.ZodType<Settings>;
  /** Settings that nearly every app needs, although the schema has an alternative. `add-app` asks for them. */
  usualSettings?: readonly (string & keyof Settings)[];
  exchangeCode(code: string, settings: Settings, upstream: Upstream, fields: LoginFields): Promise<PlatformIdentity>;
  openProfile(grant: ProfileGrant, person: PlatformIdentity, settings: Settings): Profile | undefined;
  fetchProfile?(person: PlatformIdentity, settings: Settings, upstream: Upstream): Promise<Profile>;
  phone?(settings: Settings): PhoneClient | undefined;
  pushes?(settings: Settings): PushReceiver | undefined;
  componentPushes?(settings: Settings): PlatformClient['componentPushes'];
  contentCheck?(settings: Settings): ContentCheck | undefined;
  scanCode?(settings: Settings): ScanCode | undefined;
  riskRank?(settings: Settings): RiskRank | undefined;
  /** Exchanges a made-up code if absent. */
  probe?(settings: Settings, upstream: Upstream): Promise<unknown>;
  /** The limits of `probe`. */
  unverified?: string | ((settings: Settings) => string | undefined);
}

/** A platform, for which apps can have an entry in `APPS_FILE`. */
export interface PlatformDefinition {
  displayName: { en: string; zh: string };
  /** Schema of an entry, which parses to the app's client for the platform. */
  entry: z.ZodType<PlatformClient>;
  /** Names of the settings that `add-app` asks for. */
  required: readonly string[];
  /** Whether it checks content for apps. */
  checksContent: boolean;
  /** Whether it draws codes that open an app. */
  drawsScanCodes: boolean;
  /** Whether it rates new people. */
  ratesPeople: boolean;
}

export const definePlatform = <Settings extends PlatformSettings>(adapter: Adapter<Settings>): PlatformDefinition => ({
  displayName: adapter.displayName,
  required: [...requiredNames(adapter.settings), ...(adapter.usualSettings ?? [])],
  checksContent: adapter.contentCheck !== undefined,
  drawsScanCodes: adapter.scanCode !== undefined,
  ratesPeople: adapter.riskRank !== undefined,
  entry: adapter.settings.transform((settings: Settings) => ({
    settings,
    ...splitSecrets(adapter.settings, settings),
    exchangeCode: translated((code, upstream, fields = {}) => adapter.exchangeCode(code, settings, upstream, fields)),
    openProfile: (grant, person) => adapter.openProfile(grant, person, settings),
    fetchProfile: profileFetcher(adapter, settings),
    phone: translatedPhone(adapter.phone?.(settings)),
    pushes: adapter.pushes?.(settings),
    componentPushes: adapter.componentPushes?.(settings),
    contentCheck: translatedCheck(adapter.contentCheck?.(settings)),
    scanCode: translatedCode(adapter.scanCode?.(settings)),
    riskRank: translatedRank(adapter.riskRank?.(settings)),
    probe: translated((upstream) => probe(adapter, settings, upstream)),
    unverified: typeof adapter.unverified === 'function' ? adapter.unverified(settings) : adapter.unverified,
  })),
});

/** The same function, which throws the contract's errors for failed calls. */
const translated =
  <Request extends unknown[], T>(call: (...request: Request) => Promise<T>) =>
  (...request: Request): Promise<T> =>
    translateErrors(() => call(...request), toPlatformError);

const profileFetcher = <Settings extends PlatformSettings>(
  { fetchProfile }: Adapter<Settings>,
  settings: Settings,
): PlatformClient['fetchProfile'] => fetchProfile && translated((person, upstream) => fetchProfile(person, settings, upstream));

const translatedPhone = (phone: PhoneClient | undefined): PhoneClient | undefined => phone && { ...phone, read: translated(phone.read) };

const translatedCheck = (check: ContentCheck | undefined): ContentCheck | undefined =>
  check && {
    checkText: translated(check.checkText),
    requestPictureCheck: translated(check.requestPictureCheck),
  };

const translatedCode = (code: ScanCode | undefined): ScanCode | undefined => code && { draw: translated(code.draw) };

const translatedRank = (risk: RiskRank | undefined): RiskRank | undefined => risk && { rank: translated(risk.rank) };

async function probe<Settings extends PlatformSettings>(
  adapter: Adapter<Settings>,
  settings: Settings,
  upstream: Upstream,
): Promise<unknown> {
  return adapter.probe ? adapter.probe(settings, upstream) : adapter.exchangeCode('made-up-code', settings, upstream, {});
}
