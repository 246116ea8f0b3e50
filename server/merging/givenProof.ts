import type { components } from '../../generated/types.ts';
import { type LoginNameKind, loginNameKinds } from '../store/schema.ts';

/** The proof of access to another account in a request. */
export type GivenProof =
  | { kind: 'ticket'; ticket: string; password: string }
  | { kind: 'name'; nameKind: LoginNameKind; name: string; password: string }
  | { kind: 'number'; phone: string; code: string | number }
  | { kind: 'platform'; platform: string; code: string };

/** The first complete proof of a request. Others are ignored, because limits and guesses must be about one account. */
export function givenProof(body: components['schemas']['CreateMergeTicket']): GivenProof | undefined {
  const { merge_ticket, password, phone, sms_code, platform, code } = body;
  if (password !== undefined) {
    if (merge_ticket !== undefined) return { kind: 'ticket', ticket: merge_ticket, password };
    for (const nameKind of loginNameKinds) {
      const name = body[nameKind];
      if (name !== undefined) return { kind: 'name', nameKind, name, password };
    }
  }
  if (phone !== undefined && sms_code !== undefined) return { kind: 'number', phone, code: sms_code };
  return platform !== undefined && code !== undefined ? { kind: 'platform', platform, code } : undefined;
}
