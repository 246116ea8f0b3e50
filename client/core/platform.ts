import type { components } from '../../generated/client/types.ts';
import { clientError } from './errors.ts';
import type { HostGrant } from './host.ts';
import type { Api, Sent } from './transport.ts';
import type { ScopeOption, UnionidOption, UpdatePhoneOptions } from './types.ts';

type Schemas = components['schemas'];
type SessionSent = Promise<Sent<Schemas['PlatformSession']>>;
/** Fields of every login request. */
export type LoginFields = Required<Pick<Schemas['SilentLogin'], 'code' | 'create_user'>>;
/** Fields of every request with a profile. */
export type ProfileFields = Required<Pick<Schemas['AuthorizedLoginJd'], 'update_userprofile'>>;

/** The calls of the server that differ between platforms. */
export interface PlatformVerbs {
  silentLogin(api: Api, fields: LoginFields, options: UnionidOption): SessionSent;
  authorizedLogin(api: Api, fields: LoginFields & ProfileFields, grant: HostGrant): SessionSent;
  phoneLogin(api: Api, fields: LoginFields, grant: PhoneGrantFields): SessionSent;
  updatePhone(api: Api, fields: PhoneUpdateFields, grant: PhoneGrantFields): Promise<Sent<Schemas['CurrentUser']>>;
  link(
    api: Api,
    code: string,
    profile: { grant: HostGrant; fields: ProfileFields } | undefined,
    options: UnionidOption,
  ): Promise<Sent<Schemas['LinkResult']>>;
}

/** Differences between platforms. A missing verb rejects with 611. */
export interface Platform extends Readonly<{ [Name in keyof PlatformVerbs]?: PlatformVerbs[Name] | undefined }> {
  /** Value of `X-Hydrogen-Client-Platform`. */
  name: string;
  /** Its name in the sandbox, if not `name` in lower case. */
  inSandbox?: string;
  autoLogin?: boolean;
  /** The runtime only sends GET and POST: PUT and DELETE travel in `X-Hydrogen-Request-Method` (docs/protocol.md, Every request). */
  onlyGetAndPost?: boolean;
  /** Reads the HTTP status from `errMsg`, for hosts on which `request` fails although a response arrived. */
  statusIn?(errMsg: string): number;
  /** The host's `errno` and `errCode` values that mean that the person declined. */
  denialCodes?: number[];
  /** Whether a dialog's result means that the person declined, for hosts that return one anyway. */
  declinedBy?(grant: HostGrant): boolean;
  /** A button's grant also works with a later code: it is not sealed, or login calls do not change the key. */
  buttonOutlivesCode?: boolean;
  /**
   * The scopes of a code with which the server fetches the profile, for hosts that ask the person when they give such a code. A person who
   * declines is logged in without it.
   */
  profileScopes?(options: ScopeOption): string[];
  /** Ids in the rejection of a declined dialog: the unionid on WeChat alone (docs/protocol.md, The client's own errors). */
  declineIds: ('id' | 'openid' | 'unionid')[];
}

/** @throws 611 if the platform lacks the verb */
export function verb<Verb>(implementation: Verb | undefined): Verb {
  if (!implementation) throw clientError(611);
  return implementation;
}

/** Fields of every phone update. */
export type PhoneUpdateFields = Required<Pick<UpdatePhoneOptions, 'overwrite'>> & Pick<UpdatePhoneOptions, 'code'>;

/** Result of the phone button: sealed data, a phone code that the server exchanges, or both. */
export interface PhoneGrantFields {
  encryptedData?: string;
  iv?: string;
  /** Newer WeChat and ByteDance only. */
  code?: string;
  /** Alipay only. */
  response?: string;
}

/** The sealed phone number. The server reports missing parts. */
export const sealedPhone = ({ encryptedData = '', iv = '' }: PhoneGrantFields) => ({ encryptedData, iv });

/** The phone code if there is one, and the sealed number, which a server without the app's key for codes needs. */
export function phoneCodeOrSealed(grant: PhoneGrantFields) {
  const { code, encryptedData, iv } = grant;
  return code ? { phone_code: code, ...(encryptedData && iv && { encryptedData, iv }) } : sealedPhone(grant);
}

/** A profile as hosts like WeChat seal it. The server reports missing parts. */
export const sealed = ({ rawData = '', signature = '', encryptedData = '', iv = '' }: HostGrant) => ({
  rawData,
  signature,
  encryptedData,
  iv,
});
