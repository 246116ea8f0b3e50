import { writeSync } from 'node:fs';
import { outsideRequests } from './currentRequest.ts';

/** Bytes that are buffered before a write: a system call for each line would double the cost of the line. */
const enough = 4096;
/** Milliseconds after which fewer are written. */
const flushPause = 100;
/** Characters that are buffered at most while the log is not read. */
const mostWaiting = 4 * 1024 * 1024;
/** Milliseconds until a write that failed is tried again: at first, for a reader that is a little slow, and at most. */
const retryPauses = { least: 5, most: 100 };
/** Milliseconds that the end of the process waits for a slow reader. */
const lastPatience = 1000;

/** The log's output, which never blocks: lines that cannot be written are buffered, and beyond a bound dropped and counted. */
export interface LogOutput {
  write(text: string): void;
  /** Writes as much of the buffer as possible. Never throws. */
  flushSync(): void;
  /** Lines that were dropped so far. */
  readonly dropped: number;
}

/**
 * Standard output as a log. It never blocks, whatever it is: a pipe without a reader, a closed pipe, a file on a full disk. Once it can
 * be written again, a line reports the number of dropped lines.
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
  #begun = Buffer.alloc(0);
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #retryPause = retryPauses.least;
  /** Whether the last write failed: then only the timer tries again. */
  #stuck = false;
  #untold = 0;
  dropped = 0;

  /** @param send writes bytes and returns how many it has written; throws if it can write none */
  constructor(send: (bytes: Buffer) => number) {
    this.#send = send;
  }

  write(text: string): void {
    if (this.#begun.length + this.#waiting.length + text.length > mostWaiting) {
      this.dropped++;
      this.#untold++;
      return;
    }
    this.#waiting += text;
    if (this.#waiting.length >= enough && !this.#stuck) this.flushSync();
    else this.#flushIn(flushPause);
  }

  flushSync(): void {
    this.#tryToSend();
    if (!this.#stuck && this.#untold > 0) {
      const line = {
        level: 40,
        time: new Date().toISOString(),
        dropped: this.#untold,
        msg: 'log lines were dropped because the log could not be written',
      };
      this.#untold = 0;
      this.#waiting = `${JSON.stringify(line)}\n`;
      this.#tryToSend();
    }
    if (this.#stuck) this.#flushIn(this.#retryPause);
  }

  /** Writes the buffer for the last time, and waits a little for a slow reader. */
  close(): void {
    const until = performance.now() + lastPatience;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const fault = this.#tryToSend();
      if (!isFull(fault) || performance.now() > until) return;
      Atomics.wait(pause, 0, 0, retryPauses.least);
    }
  }

  /** @returns why it could not send all */
  #tryToSend(): unknown {
    try {
      while (this.#begun.length > 0 || this.#waiting !== '') {
        if (this.#begun.length === 0) {
          this.#begun = Buffer.from(this.#waiting);
          this.#waiting = '';
        }
        this.#begun = this.#begun.subarray(this.#send(this.#begun));
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

/** Whether the output is full for the moment, and may be read soon. */
const isFull = (fault: unknown): boolean => fault instanceof Error && 'code' in fault && fault.code === 'EAGAIN';
