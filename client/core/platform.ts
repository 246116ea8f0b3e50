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
  /** The runtime sends GET and POST only: PUT and DELETE travel in `X-Hydrogen-Request-Method` (wire.md, Every request). */
  onlyGetAndPost?: boolean;
  /** The HTTP status of an answer for which `request` failed, where the host tells it only in `errMsg`. */
  statusIn?(errMsg: string): number;
  /** What a decline tells of the person. */
  declineTells: ('id' | 'openid' | 'unionid')[];

  silentLogin?(api: Api, fields: LoginFields, options: UnionidOption): SessionSent;
  authorizedLogin?(api: Api, fields: LoginFields & ProfileFields, grant: HostGrant): SessionSent;
  phoneLogin?(api: Api, fields: LoginFields, grant: SealedPhone): SessionSent;
  updatePhone?(api: Api, fields: Required<UpdatePhoneOptions>, grant: SealedPhone): Promise<Sent<Schemas['CurrentUser']>>;
  link?(
    api: Api,
    code: string,
    profile: { grant: HostGrant; fields: ProfileFields } | undefined,
    options: UnionidOption,
  ): Promise<Sent<Schemas['LinkResult']>>;
}

/** What the phone button gave. */
export interface SealedPhone {
  encryptedData: string;
  iv: string;
  /** For the server to exchange; newer WeChat only. */
  code?: string;
}

/** What WeChat, QQ and Kuaishou seal a profile into. The server says which of them is missing. */
export const sealed = ({ rawData = '', signature = '', encryptedData = '', iv = '' }: HostGrant) => ({
  rawData,
  signature,
  encryptedData,
  iv,
});
