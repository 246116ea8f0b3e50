/** Collects the items of one tick of the event loop and passes them on together, after the tick's I/O events (`setImmediate`). */
export class TickBatch<T> {
  readonly #run: (items: T[]) => void;
  #items: T[] = [];

  constructor(run: (items: T[]) => void) {
    this.#run = run;
  }

  add(item: T): void {
    if (this.#items.length === 0) setImmediate(() => this.flush());
    this.#items.push(item);
  }

  /** Passes the items on now. */
  flush(): void {
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#run(items);
  }
}
