import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';

/** Counts the lines of a text that could not be used, for one warning in place of thousands. */
export class LineIssues {
  #count = 0;
  #first = 0;
  readonly #what: 'linesWithoutCount' | 'linesUnknown';

  constructor(what: 'linesWithoutCount' | 'linesUnknown') {
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
  warnings(): Sentence[] {
    return this.#count === 0 ? [] : [sentence(PROFILE_WARNING_TEXTS[this.#what], this.#count, this.#first)];
  }
}
