import type { components } from '../../generated/types.ts';
import type { HostGrant } from './host.ts';
import type { Api, Sent } from './transport.ts';
import type { UnionidOption, UpdatePhoneOptions } from './types.ts';

type Schemas = components['schemas'];
type SessionSent = Promise<Sent<Schemas['PlatformSession']>>;
/** What every login request carries. */
export type LoginFields = Required<Pick<Schemas['SilentLogin'], 'code' | 'create_user'>>;
/** What goes with every profile. */
export type ProfileFields = Required<Pick<Schemas['AuthorizedLoginJd'], 'update_userprofile'>>;

/** What one platform does differently. A verb that it lacks is a 611 there. */
export interface Platform {
  /** How `X-Hydrogen-Client-Platform` names it. */
  name: string;
  autoLogin?: boolean;
  /** The runtime sends GET and POST only: PUT and DELETE travel in `X-Hydrogen-Request-Method` (docs/protocol.md, Every request). */
  onlyGetAndPost?: boolean;
  /** The HTTP status of an answer for which `request` failed, where the host tells it only in `errMsg`. */
  statusIn?(errMsg: string): number;
  /** The host's `errno` and `errCode` that say that the person would not. */
  denialCodes?: number[];
  /** Whether what a dialog gave says that the person would not, where the host says it with a profile. */
  declinedBy?(grant: HostGrant): boolean;
  /** What a button gave may go with a later code: it is not sealed, or with a key that login calls keep. */
  buttonOutlivesCode?: boolean;
  /** What a decline tells of the person. */
  declineTells: ('id' | 'openid' | 'unionid')[];

  silentLogin?(api: Api, fields: LoginFields, options: UnionidOption): SessionSent;
  authorizedLogin?(api: Api, fields: LoginFields & ProfileFields, grant: HostGrant): SessionSent;
  phoneLogin?(api: Api, fields: LoginFields, grant: PhoneGrantFields): SessionSent;
  updatePhone?(api: Api, fields: PhoneUpdateFields, grant: PhoneGrantFields): Promise<Sent<Schemas['CurrentUser']>>;
  link?(
    api: Api,
    code: string,
    profile: { grant: HostGrant; fields: ProfileFields } | undefined,
    options: UnionidOption,
  ): Promise<Sent<Schemas['LinkResult']>>;
}

/** What every phone update carries. */
export type PhoneUpdateFields = Required<Pick<UpdatePhoneOptions, 'overwrite'>> & Pick<UpdatePhoneOptions, 'code'>;

/** What the phone button gave: sealed, or a code for the server to exchange, or both. */
export interface PhoneGrantFields {
  encryptedData?: string;
  iv?: string;
  /** Newer WeChat only. */
  code?: string;
}

/** A sealed phone number. The server says which part is missing. */
export const sealedPhone = ({ encryptedData = '', iv = '' }: PhoneGrantFields) => ({ encryptedData, iv });

/** What WeChat, QQ and Kuaishou seal a profile into. The server says which of them is missing. */
export const sealed = ({ rawData = '', signature = '', encryptedData = '', iv = '' }: HostGrant) => ({
  rawData,
  signature,
  encryptedData,
  iv,
});
