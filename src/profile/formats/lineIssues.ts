import { plainLine } from '../../base/plainLine.js';
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';

type What = 'linesWithoutCount' | 'linesUnknown' | 'recordsLeftOut' | 'entriesLeftOut';

/** Of a line that is shown in a note: what it is can be seen from its beginning. */
const SHOWN = 80;

/** Counts the lines of a text that could not be used, or not as they are, for one warning in place of thousands. */
export class LineIssues {
  #count = 0;
  #first = 0;
  #text = '';
  readonly #what: What;

  constructor(what: What) {
    this.#what = what;
  }

  add(lineNumber: number, text: string): void {
    if (this.#count === 0) {
      this.#first = lineNumber;
      this.#text = plainLine(text.slice(0, 4 * SHOWN).trim(), SHOWN);
    }
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /** No sentence, or one. */
  warnings(): Sentence[] {
    if (this.#count === 0) return [];
    return [sentence(PROFILE_WARNING_TEXTS[this.#what], this.#count, this.#first, this.#text)];
  }
}
