import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../errors.ts';
import type { ContentVerdict } from './contentVerdict.ts';

/** A request of a platform's server to ours. */
export interface PushRequest {
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Unix seconds, for pushes that carry no time. */
  now: number;
}

/** Data that a person can withdraw: the profile of the host's dialog, or data chosen with a separate button or input. */
export type Withdrawable = 'profile' | 'nickname' | 'avatar' | 'phone';

/** An event that concerns us. */
export type PushedEvent =
  | { kind: 'withdrawn'; openid: string; data: readonly Withdrawable[] }
  | { kind: 'account_closed'; openid: string }
  /** A verdict that was asked for (`ContentCheck`); `failed` if the platform could not check the picture. */
  | { kind: 'picture_checked'; checkId: string; verdict: ContentVerdict | 'failed' }
  /** A ticket of a third-party platform (`ComponentSettings`), issued at a unix second. */
  | { kind: 'ticket'; ticket: string; issuedAt: number }
  /** Anything else that the platform pushes to the same address. */
  | { kind: 'other' };

/** A verified push. */
export interface Push {
  event: PushedEvent;
  /** Unique to the push, and the same for each of its deliveries. */
  id: string;
  /** Unix seconds. */
  sentAt: number;
  /** The signed text, if the signature does not cover the body: no other push may use it. */
  ticket?: string;
  /** The answer that tells the platform not to deliver it again. */
  answer: { type: 'text' | 'json'; body: string };
}

/** Reads what a platform pushes to one app. */
export interface PushReceiver {
  /** Seconds for which a push is accepted; longer than the platform repeats it. */
  maxAge: number;
  /** Answers the platform's check of our address, by GET. @throws signature_invalid */
  confirm?(query: URLSearchParams): string;
  /** Verifies and reads a push. @throws signature_invalid, request_invalid */
  open(request: PushRequest): Push;
}

/** @param fault for the log */
export const refusePush = (fault: string): ApiError =>
  new ApiError('signature_invalid', {
    text: { en: 'This is not a push of the platform to this app.', zh: '这不是平台发给该应用的推送。' },
    detail: { fault },
  });

/** @throws signature_invalid unless a hexadecimal signature is the digest of the parts */
export function checkPushSignature(algorithm: 'sha1' | 'md5', parts: readonly (string | Buffer)[], signature: string | undefined): void {
  const digest = createHash(algorithm);
  for (const part of parts) digest.update(part);
  const expected = digest.digest();
  const given = Buffer.from(signature ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refusePush('wrong signature');
}
