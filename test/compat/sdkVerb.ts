import type { OperationId } from '../../generated/operations.ts';
import { password } from '../support/accounts.ts';
import type { TestServer } from '../support/server.ts';
import type { SdkBuild } from './publishedSdk.ts';
import type { SdkApp } from './startApp.ts';

// biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
export type Untyped = any;

/** One thing that an app does with the published SDK. */
export interface SdkVerb {
  /** As an app writes it, after `wx.BaaS.` if it begins with neither `user` nor `new`. */
  call: string;
  /** The operation that the server receives. */
  operation: OperationId;
  builds: SdkBuild[];
  /** Whether this version has it. */
  isIn?(BaaS: Untyped): boolean;
  /** Does it, and looks at what comes back. */
  run(app: SdkApp, server: TestServer): Promise<unknown>;
}

export const both: SdkBuild[] = ['wechat', 'web'];
export const wechat: SdkBuild[] = ['wechat'];

export const account = { username: 'Mei', password };
export const register = ({ BaaS }: SdkApp): Promise<Untyped> => BaaS.auth.register(account);
