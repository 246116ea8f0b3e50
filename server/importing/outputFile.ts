import { closeSync, existsSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';

/** A file of JSON lines that an interrupted import continues where its last batch was committed. */
export class OutputFile {
  readonly path: string;
  #file: number | undefined;
  /** Bytes of committed lines. */
  #length: number;

  /** @param length bytes to keep of the file that an interrupted import left */
  constructor(path: string, length: number) {
    this.path = path;
    // The operator may have moved the file away since.
    this.#length = existsSync(path) ? Math.min(length, statSync(path).size) : 0;
  }

  /**
   * Writes the lines of a batch. Called again for the same batch it replaces them.
   *
   * @returns the length to pass to `keep` and to store
   */
  write(lines: readonly object[]): number {
    if (lines.length === 0 && this.#file === undefined) return this.#length;
    // Personal data: for the operator's own eyes.
    this.#file ??= openSync(this.path, this.#length === 0 ? 'w' : 'r+', 0o600);
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    ftruncateSync(this.#file, this.#length);
    if (bytes.length > 0) writeSync(this.#file, bytes, 0, bytes.length, this.#length);
    return this.#length + bytes.length;
  }

  keep(length: number): void {
    this.#length = length;
  }

  /** Whether the file has lines. */
  get isUsed(): boolean {
    return this.#length > 0;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
