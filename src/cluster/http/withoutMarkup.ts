/** The words of a web page: gateways and login pages answer with one where JSON was asked for. */

/** Elements whose content is no text for people. */
const HIDDEN = ['style', 'script'] as const;

/** Each tag becomes a blank, with its content where that is a style or script. Time is linear in the text's length. */
export function withoutMarkup(text: string): string {
  const ends = { style: new EndTags(text, 'style'), script: new EndTags(text, 'script') };
  let words = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    const close = open < 0 ? -1 : text.indexOf('>', open);
    if (close < 0) return words + text.slice(at);
    words += `${text.slice(at, open)} `;
    const start = text.slice(open + 1, open + 8).toLowerCase();
    const hidden = HIDDEN.find(name => start.startsWith(name));
    at = (hidden === undefined ? undefined : ends[hidden].after(close)) ?? close + 1;
  }
}

/** The ends of one element, found in the order of the text, each looked for once. */
class EndTags {
  private readonly pattern: RegExp;
  private next = 0;

  constructor(
    private readonly text: string,
    name: (typeof HIDDEN)[number],
  ) {
    // Each of its own: it remembers where it is.
    this.pattern = name === 'style' ? /<\/style>/gi : /<\/script>/gi;
  }

  /** Index behind the first end tag at or behind `from`; undefined where there is none any more. `from` only grows. */
  after(from: number): number | undefined {
    while (this.next <= from) {
      this.pattern.lastIndex = Math.max(this.next, from);
      const found = this.pattern.exec(this.text);
      this.next = found === null ? Infinity : this.pattern.lastIndex;
    }
    return this.next === Infinity ? undefined : this.next;
  }
}
