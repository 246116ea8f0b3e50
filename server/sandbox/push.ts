import * as z from 'zod';

/** The fields of a request for a push. */
export const pushChoice = {
  /** Withdraws data, changes the profile at the platform, or closes the account there. */
  event: z.enum(['revoke', 'modify', 'cancel']).default('revoke'),
  data: z.enum(['profile', 'nickname', 'avatar', 'phone']).default('profile'),
  /** Whether it is encrypted, on platforms that can do both. */
  encrypted: z.boolean().default(true),
  format: z.enum(['xml', 'json']).default('xml'),
  tamper: z.enum(['wrong_appid', 'bad_signature']).optional(),
};

export interface PushedChange {
  appId: string;
  appSecret: string;
  openid: string;
  event: 'revoke' | 'modify' | 'cancel';
  data: 'profile' | 'nickname' | 'avatar' | 'phone';
  /** Unix seconds. */
  time: number;
  encrypted: boolean;
  format: 'xml' | 'json';
  tampered: 'wrong_appid' | 'bad_signature' | undefined;
}

/** A request that a platform sends to the app's server. */
export interface PushedRequest {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

export type SandboxPush = (change: PushedChange) => PushedRequest;
