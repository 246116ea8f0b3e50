/** Lets a loop sleep until it is woken. A wake-up that comes before the sleep makes it return at once. */
export class Wakeup {
  #isWoken = false;
  #end: (() => void) | undefined;

  readonly wake = (): void => {
    this.#isWoken = true;
    this.#end?.();
  };

  /** @param milliseconds the longest sleep; its timer does not keep the process alive */
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
