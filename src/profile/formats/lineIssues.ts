/** Counts the lines of a text that could not be used, for one warning in place of thousands. */
export class LineIssues {
  #count = 0;
  #first = 0;
  readonly #what: string;

  /** `what` says why: `no count at the end`. */
  constructor(what: string) {
    this.#what = what;
  }

  add(lineNumber: number): void {
    if (this.#count === 0) this.#first = lineNumber;
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /** No sentence, or one. */
  warnings(): string[] {
    if (this.#count === 0) return [];
    const [lines, verb] = this.#count === 1 ? ['line', 'is'] : ['lines', 'are'];
    return [`${this.#count} ${lines} ${verb} left out: ${this.#what} (first: line ${this.#first}).`];
  }
}
