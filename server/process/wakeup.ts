/** Lets a loop sleep until it is woken. A wake before the sleep ends it at once, so that none is missed. */
export class Wakeup {
  #isWoken = false;
  #end: (() => void) | undefined;

  readonly wake = (): void => {
    this.#isWoken = true;
    this.#end?.();
  };

  /** @param milliseconds at most; they do not keep the process alive */
  async sleep(milliseconds: number): Promise<void> {
    if (!this.#isWoken) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#end = resolve;
      const timer = setTimeout(resolve, milliseconds).unref();
      await promise;
      clearTimeout(timer);
      this.#end = undefined;
    }
    this.#isWoken = false;
  }
}
