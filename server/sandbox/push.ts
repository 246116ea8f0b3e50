import * as z from 'zod';
import { type ContentVerdict, contentVerdicts } from '../platforms/contentVerdict.ts';

/** The fields of a request for a push. */
export const pushChoice = {
  /** Withdraws data, changes the profile at the platform, closes the account there, or gives the verdict on the latest picture. */
  event: z.enum(['revoke', 'modify', 'cancel', 'picture']).default('revoke'),
  data: z.enum(['profile', 'nickname', 'avatar', 'phone']).default('profile'),
  /** The verdict on a picture; `failed` if the platform could not fetch it. */
  verdict: z.enum([...contentVerdicts, 'failed']).default('risky'),
  /** Whether it is encrypted, on platforms that can do both. */
  encrypted: z.boolean().default(true),
  format: z.enum(['xml', 'json']).default('xml'),
  /** Whether WeChat pushes it to the third-party platform that the app is authorised to. */
  component: z.boolean().optional(),
  tamper: z.enum(['wrong_appid', 'bad_signature']).optional(),
};

export interface PushedChange {
  appId: string;
  appSecret: string;
  openid: string;
  event: 'revoke' | 'modify' | 'cancel' | 'picture';
  data: 'profile' | 'nickname' | 'avatar' | 'phone';
  verdict: ContentVerdict | 'failed';
  /** The latest check of a picture of the person; undefined if there was none. */
  checkId: string | undefined;
  /** Unix seconds. */
  time: number;
  encrypted: boolean;
  format: 'xml' | 'json';
  component?: boolean | undefined;
  tampered: 'wrong_appid' | 'bad_signature' | undefined;
}

/** A request that a platform sends to the app's server. */
export interface PushedRequest {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

export type SandboxPush = (change: PushedChange) => PushedRequest;
