import type { OperationId } from '../../generated/operations.ts';
import { password } from '../support/accounts.ts';
import type { TestServer } from '../support/server.ts';
import type { SdkBuild } from './publishedSdk.ts';
import type { SdkApp } from './startApp.ts';

// biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
export type Untyped = any;

/** A call of the published SDK in an app. */
export interface SdkVerb {
  /** Code of the call, without `wx.BaaS.` unless it starts with `user` or `new`. */
  call: string;
  /** The operation that the server receives. */
  operation: OperationId;
  builds: SdkBuild[];
  /** Whether this version has the call. */
  isIn?(BaaS: Untyped): boolean;
  /** Makes the call and checks its result. */
  run(app: SdkApp, server: TestServer): Promise<unknown>;
}

export const both: SdkBuild[] = ['wechat', 'web'];
export const wechat: SdkBuild[] = ['wechat'];

export const account = { username: 'Mei', password };
export const register = ({ BaaS }: SdkApp): Promise<Untyped> => BaaS.auth.register(account);
