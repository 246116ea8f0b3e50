/** A picture that another server sent. */
export class Picture {
  readonly type: 'image/jpeg' | 'image/png';
  readonly bytes: Buffer;

  private constructor(type: Picture['type'], bytes: Buffer) {
    this.type = type;
    this.bytes = bytes;
  }

  /** Recognises a picture by its first bytes, because platforms mislabel it; undefined if it is none. */
  static of(bytes: Buffer): Picture | undefined {
    if (bytes.subarray(0, 3).equals(jpeg)) return new Picture('image/jpeg', bytes);
    return bytes.subarray(0, 8).equals(png) ? new Picture('image/png', bytes) : undefined;
  }

  /** For `src` of `<img>`. */
  toDataUrl(): string {
    return `data:${this.type};base64,${this.bytes.toString('base64')}`;
  }
}

const jpeg = Buffer.from([0xff, 0xd8, 0xff]);
const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
