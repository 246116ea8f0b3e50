/** A fair mutex: callers acquire it in the order of their calls. */
export class Lock {
  #isHeld = false;
  readonly #waiting: (() => void)[] = [];

  get isHeld(): boolean {
    return this.#isHeld;
  }

  async acquire(): Promise<void> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isHeld = true;
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isHeld = false;
  }
}
