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
  /** Undefined if no answer arrived. */
  status: number | undefined;
  answer: unknown;
  requestId: string | undefined;
  milliseconds: number;
  upstream: PlatformCall[];
}

/** A message of the platform to the server, which no app asked for. */
export interface Push {
  kind: 'push';
  call: string;
  /** The server's answer. */
  result: unknown;
}

export type Exchange = HostCall | ServerCall | Push;
