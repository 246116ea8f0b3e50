import type { Request } from 'express';
import type { OperationId } from '../../generated/operations.ts';

/** Resources that a request waits for. */
export type WaitKind = 'store' | 'upstream' | 'hash';

/** Begins traces of requests and sends them to the collector of OpenTelemetry's variables. */
export interface Tracing {
  /** @returns undefined if this request is not sampled */
  begin(request: Request, id: string): Trace | undefined;
  /** Sends the remaining traces. */
  stop(): Promise<void>;
}

/** One request, and its waits. */
export interface Trace {
  addWait(kind: WaitKind, name: string, milliseconds: number, attributes?: Record<string, string | number>): void;
  end(outcome: RequestOutcome): void;
}

export interface RequestOutcome {
  status: number;
  operation: OperationId | undefined;
  app: string | undefined;
  /** The contract's code. */
  error: string | undefined;
}
