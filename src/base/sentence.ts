/**
 * A sentence as data. Pure rooms find things and know no language: they give English with places for values, and
 * whoever shows it translates the English and fills the places.
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
