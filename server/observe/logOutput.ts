import { writeSync } from 'node:fs';
import { outsideRequests } from './currentRequest.ts';

/** Bytes that are buffered before a write: a system call for each line would double the cost of the line. */
const enough = 4096;
/** Milliseconds after which a smaller buffer is written. */
const flushPause = 100;
/** Maximum number of characters that are buffered while the log is not read. */
const maxWaiting = 4 * 1024 * 1024;
/** Milliseconds before the first retry of a failed write, and the maximum after doubling. */
const retryPauses = { least: 5, most: 100 };
/** Milliseconds for which an exiting process waits for a slow reader. */
const closeTimeout = 1000;

/** The log's output, which never blocks: lines that cannot be written are buffered, and beyond a bound dropped and counted. */
export interface LogOutput {
  write(text: string): void;
  /** Writes as much of the buffer as possible. Never throws. */
  flushSync(): void;
  /** Lines that were dropped so far. */
  readonly dropped: number;
}

/**
 * Creates a log on standard output. It never blocks, even on a pipe without a reader, a closed pipe or a file on a full disk. After a
 * failure, a line reports the number of dropped lines.
 */
export function standardOutput(): LogOutput {
  // Node makes a pipe non-blocking when its stream is first accessed. The streams' own errors are
  // ignored: the log does not write through them.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const output = new BoundedOutput((bytes) => writeSync(1, bytes));
  process.on('exit', () => output.close());
  return output;
}

/** @internal */
export class BoundedOutput implements LogOutput {
  readonly #send: (bytes: Buffer) => number;
  /** The part of the text before `#waiting` whose writing has begun. */
  #sending = Buffer.alloc(0);
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #retryPause = retryPauses.least;
  /** Whether the last write failed: then only the timer tries again. */
  #stuck = false;
  #unreported = 0;
  dropped = 0;

  /** @param send writes bytes and returns how many it has written; throws if it can write none */
  constructor(send: (bytes: Buffer) => number) {
    this.#send = send;
  }

  write(text: string): void {
    if (this.#sending.length + this.#waiting.length + text.length > maxWaiting) {
      this.dropped++;
      this.#unreported++;
      return;
    }
    this.#waiting += text;
    if (this.#waiting.length >= enough && !this.#stuck) this.flushSync();
    else this.#flushIn(flushPause);
  }

  flushSync(): void {
    this.#tryToSend();
    if (!this.#stuck && this.#unreported > 0) {
      const line = {
        level: 40,
        time: new Date().toISOString(),
        dropped: this.#unreported,
        msg: 'log lines were dropped because the log could not be written',
      };
      this.#unreported = 0;
      this.#waiting = `${JSON.stringify(line)}\n`;
      this.#tryToSend();
    }
    if (this.#stuck) this.#flushIn(this.#retryPause);
  }

  /** Writes the buffer for the last time, and waits a little for a slow reader. */
  close(): void {
    const until = performance.now() + closeTimeout;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const fault = this.#tryToSend();
      if (!isFull(fault) || performance.now() > until) return;
      Atomics.wait(pause, 0, 0, retryPauses.least);
    }
  }

  /** @returns the error if not all was written */
  #tryToSend(): unknown {
    try {
      while (this.#sending.length > 0 || this.#waiting !== '') {
        if (this.#sending.length === 0) {
          this.#sending = Buffer.from(this.#waiting);
          this.#waiting = '';
        }
        this.#sending = this.#sending.subarray(this.#send(this.#sending));
      }
      this.#stuck = false;
      this.#retryPause = retryPauses.least;
      return undefined;
    } catch (error) {
      this.#stuck = true;
      this.#retryPause = Math.min(2 * this.#retryPause, retryPauses.most);
      return error;
    }
  }

  #flushIn(milliseconds: number): void {
    if (this.#timer) return;
    const flush = () => {
      this.#timer = undefined;
      this.flushSync();
    };
    this.#timer = outsideRequests(() => setTimeout(flush, milliseconds).unref());
  }
}

/** Whether the output is temporarily full, because its reader is slow. */
const isFull = (fault: unknown): boolean => fault instanceof Error && 'code' in fault && fault.code === 'EAGAIN';
