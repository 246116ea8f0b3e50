/** Result of a profile or phone dialog, as the host shapes it. Any field may be missing. */
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
  /** Newer WeChat's phone code, exchanged by the server. Not a login code. */
  code?: string;
  /** Alipay's phone number, encrypted and signed. */
  response?: string;
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
  /** The body, which the host serialises as JSON. */
  data?: unknown;
  /** Milliseconds, for hosts that have their own timeout. */
  timeout?: number;
}
/** A file to send as a form, with the headers of a request. */
export interface HostUpload extends Pick<HostRequest, 'url' | 'header' | 'timeout'> {
  filePath: string;
  /** The form's field. */
  name: string;
}
export interface HostReply {
  statusCode: number;
  /** Parsed JSON, otherwise the text. */
  data: unknown;
}

/** The client's whole interface to its runtime. Tests pass fakes. */
export interface Host {
  /** Sends a request. Rejects with the host's failure if there is no response. */
  request(request: HostRequest): Promise<Partial<HostReply>>;
  /** Uploads a file. Rejects as `request` does; `data` of the reply is text. */
  uploadFile?(upload: HostUpload): Promise<Partial<HostReply>>;
  /** A fresh login code, '' if the host gave none. @param scopes data that the code gives the server; the host asks the person for it */
  login?(scopes?: string[]): Promise<string>;
  /** The person's profile, sealed with the latest session key. Rejects if declined. @param lang e.g. `zh_CN` */
  getUserInfo?(lang: string | undefined): Promise<HostGrant>;
  isOffline(): Promise<boolean>;
  /** May throw: disk full, private window. */
  storage: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs once after a delay. @returns a function that cancels it */
  after(milliseconds: number, run: () => void): () => void;
  log(text: string): void;
}
