import type { OperationId } from '../../../../generated/operations.ts';
import type { Context } from '../context.ts';

/** A case that writes and reads back: what was stored, who sees it, or the state after a refusal. */
export interface MemoryCase {
  title: string;
  /** The operations that it runs for, each with a different person. */
  of: readonly OperationId[];
  /**
   * The sentences of the contract that it tests, word for word, to the extent that a client can test them. `{Platform}`, `{platform}` and `{login}` are the operation's: `WeChat`, `wechat` and `wx.login`.
   */
  says: readonly string[];
  /** @throws if the server behaves differently */
  run(context: Context): Promise<unknown>;
}

/** Groups cases of the same operations. */
export const memoryOf = (of: readonly OperationId[], cases: readonly Omit<MemoryCase, 'of'>[]): MemoryCase[] =>
  cases.map((each) => ({ of, ...each }));
