/** What a profile or phone dialog gave, as the host shapes it. Nothing of it is certain to be there. */
export interface HostGrant {
  errMsg?: string;
  errno?: number;
  errCode?: number;
  userInfo?: HostUserInfo | undefined;
  rawData?: string;
  signature?: string;
  encryptedData?: string | undefined;
  iv?: string;
  /** The ciphertext on Baidu, which has no `encryptedData`. */
  data?: string;
  /** What the phone button of a newer WeChat gives for the server to exchange. Not a login code. */
  code?: string;
}
export interface HostUserInfo {
  nickName?: string;
  avatarUrl?: string;
  gender?: number;
  language?: string;
  city?: string;
  province?: string;
  country?: string;
}

export interface HostRequest {
  method: string;
  url: string;
  header: Record<string, string>;
  /** The body; the host makes it JSON. */
  data?: unknown;
  /** Milliseconds, for a host that gives up by itself. */
  timeout?: number;
}
export interface HostReply {
  statusCode: number;
  /** Parsed, or the text where it is not JSON. */
  data: unknown;
}

/** What the client needs of the runtime that it runs in. Tests pass fakes. */
export interface Host {
  /** Sends a request; rejects with what the host tells when there is no answer. */
  request(request: HostRequest): Promise<Partial<HostReply>>;
  /** A fresh login code; '' where the host gave none. */
  login?(): Promise<string>;
  /** The person's profile, sealed with the latest session key; rejects when it is declined. @param lang e.g. `zh_CN` */
  getUserInfo?(lang: string | undefined): Promise<HostGrant>;
  isOffline(): Promise<boolean>;
  /** May throw: a full disk, a private window. */
  storage: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns how to call it off */
  after(milliseconds: number, run: () => void): () => void;
  log(text: string): void;
}
