/**
 * What was loaded of a document, for those who ask at every key: loaded once, and not again because it failed. Who knows
 * that the document has changed says so.
 */
export class LoadedOnce<D extends object, V> {
  private last: { readonly document: D; readonly loaded: Promise<V | undefined> } | undefined;

  constructor(
    private readonly load: (document: D) => Promise<V>,
    /** Told once of each failure. */
    private readonly failed: (document: D, error: unknown) => void,
  ) {}

  /** Undefined where it cannot be loaded. Never rejects. */
  get(document: D): Promise<V | undefined> {
    if (this.last?.document !== document) this.last = { document, loaded: this.loadOrSay(document) };
    return this.last.loaded;
  }

  /** The next {@link get} loads anew. */
  forget(): void {
    this.last = undefined;
  }

  private async loadOrSay(document: D): Promise<V | undefined> {
    try {
      return await this.load(document);
    } catch (error) {
      this.failed(document, error);
      return undefined;
    }
  }
}
