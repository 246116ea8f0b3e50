/** A call of the host app, such as `wx.login`. */
export interface HostCall {
  kind: 'host';
  /** As the app writes it. */
  call: string;
  /** The argument of the callback; undefined if it was never called. */
  result: unknown;
  failed: boolean;
}

/** A call of the server to the platform. */
export interface PlatformCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  status: number | null;
  answer: string | null;
  fault: string | null;
  milliseconds: number;
}

/** A request of the app to the server, with the server's calls to the platform. */
export interface ServerCall {
  kind: 'request';
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  /** Whether the body is a form with a file. */
  isUpload: boolean;
  /** Undefined if no answer arrived. */
  status: number | undefined;
  answer: unknown;
  requestId: string | undefined;
  milliseconds: number;
  upstream: PlatformCall[];
}

/** Something that happens without the app. */
export interface OutsideEvent {
  kind: 'event';
  from: 'platform' | 'operator' | 'carrier';
  to: 'platform' | 'server';
  call: string;
  /** The answer. */
  result: unknown;
}

export type Exchange = HostCall | ServerCall | OutsideEvent;
