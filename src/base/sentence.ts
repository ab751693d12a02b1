/**
 * A sentence as data. Pure rooms find things and know no language: they give English with places for values, and
 * the surface that shows it translates the English and fills the places.
 */

export interface Sentence {
  /** English, `{0}`, `{1}`… stand for the values. */
  readonly template: string;
  readonly values: readonly (string | number)[];
}

export function sentence(template: string, ...values: readonly (string | number)[]): Sentence {
  return { template, values };
}

/** The sentence in the language of `template`; a place without a value stays as it is. */
export function formatSentence({ template, values }: Sentence): string {
  return template.replace(/\{(\d)\}/gu, (whole: string, index: string) =>
    String(values[Number(index)] ?? whole),
  );
}

/**
 * The values by their number that make `text` of `template`; undefined where none do. Where several do, the first place
 * holds as much as it can. Time is linear in `text`: an expression with a `.*` for each place would be of its degree.
 */
export function valuesIn(text: string, template: string): readonly string[] | undefined {
  const parts = template.split(/\{(\d)\}/u);
  const [begin = ''] = parts;
  if (parts.length === 1) return text === begin ? [] : undefined;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(begin) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let end = text.length - last.length;
  // Odd parts are the numbers; from the right, so that the left places are the long ones.
  for (let at = parts.length - 2; at >= 1; at -= 2) {
    const before = parts[at - 1] ?? '';
    const start = at === 1 ? begin.length : endOfLast(text, before, end);
    if (start === undefined || start > end) return undefined;
    values[Number(parts[at])] = text.slice(start, end);
    end = start - before.length;
  }
  return values;
}

/** Where the last `part` ends that ends at or before `end`. */
function endOfLast(text: string, part: string, end: number): number | undefined {
  const start = end < part.length ? -1 : text.lastIndexOf(part, end - part.length);
  return start < 0 ? undefined : start + part.length;
}
