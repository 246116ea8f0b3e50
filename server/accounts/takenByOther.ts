import { ApiError, type ErrorBody, type ErrorCode } from '../errors.ts';
import type { PlatformApp, PlatformIdentity } from '../platforms/platform.ts';
import type { LoginName } from '../store/schema.ts';

/** How a person has shown access to an account: by its password, a platform's code or an SMS code; or not at all, by claiming its number. */
export type Proof =
  | { kind: 'password'; passwordHash: string }
  | { kind: 'platform'; identity: PlatformApp & Pick<PlatformIdentity, 'openid' | 'formerOpenid' | 'unionid'> }
  | { kind: 'number' | 'claim'; phone: LoginName };

/** The error for an identity or a number that another account has. The person may want to merge that account. */
export class TakenByOther extends ApiError {
  readonly owner: number;
  readonly proof: Proof;

  constructor(code: ErrorCode, owner: number, proof: Proof, detail: Record<string, unknown>) {
    super(code, { detail: { ...detail, owner } });
    this.owner = owner;
    this.proof = proof;
  }

  /** The same error with a ticket to merge the account. */
  with(mergeTicket: Pick<ErrorBody, 'merge_ticket' | 'merge_needs_proof'>): ApiError {
    return new ApiError(this.code, { text: this.text, mergeTicket, ...(this.detail && { detail: this.detail }) });
  }
}
