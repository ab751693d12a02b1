/**
 * The text in a box: the longest form of a name that fits, else a beginning of the shortest with an ellipsis. Measuring
 * text is the slowest thing a canvas does, so every width is measured once.
 */
import type { FunctionNames, NameIndex } from '../../src/profile/functionNames.js';
import { shortenFrameName } from '../../src/profile/frameName.js';

/** Width of a text in CSS pixels in the font of the boxes. */
export type MeasureText = (text: string) => number;

interface Forms {
  readonly texts: readonly string[];
  /** Measured when first needed. */
  readonly widths: (number | undefined)[];
  /** Widths of beginnings of the shortest form, by number of characters. */
  readonly beginnings: (number | undefined)[];
}

const ELLIPSIS = '…';
/** Fewer characters than this before an ellipsis tell nothing. */
const FEWEST_CHARACTERS = 2;

export class Labels {
  readonly #names: FunctionNames;
  readonly #measure: MeasureText;
  readonly #forms = new Map<NameIndex, Forms>();
  readonly #ellipsisWidth: number;

  constructor(names: FunctionNames, measure: MeasureText) {
    this.#names = names;
    this.#measure = measure;
    this.#ellipsisWidth = measure(ELLIPSIS);
  }

  /** The text for a box with so much room (CSS pixels); empty where nothing useful fits. */
  fit(name: NameIndex, room: number): string {
    const forms = this.#formsOf(name);
    for (let form = 0; form < forms.texts.length; form++)
      if ((forms.widths[form] ??= this.#measure(forms.texts[form]!)) <= room) return forms.texts[form]!;
    return this.#cut(forms, room);
  }

  #cut(forms: Forms, room: number): string {
    const shortest = forms.texts[forms.texts.length - 1]!;
    const width = forms.widths[forms.texts.length - 1]!;
    // A guess by the mean character, then to the fitting side of it.
    let length = Math.min(
      shortest.length - 1,
      Math.floor(((room - this.#ellipsisWidth) / width) * shortest.length) + 1,
    );
    for (; length >= FEWEST_CHARACTERS; length--) {
      const beginning = (forms.beginnings[length] ??= this.#measure(shortest.slice(0, length)));
      if (beginning + this.#ellipsisWidth <= room) return shortest.slice(0, length) + ELLIPSIS;
    }
    return '';
  }

  #formsOf(name: NameIndex): Forms {
    let forms = this.#forms.get(name);
    if (forms === undefined) {
      const texts = shortenFrameName(this.#names.text(name));
      forms = { texts, widths: [], beginnings: [] };
      this.#forms.set(name, forms);
    }
    return forms;
  }
}
