/**
 * Tables of the sysstat tools (pidstat, mpstat, sar, iostat): a header of names, rows of figures, both behind a time of
 * day in the locale's form or `Average:`. Which columns mean what is the readers' own.
 */
import { toNumber, wordsOf } from './figures.js';

const TIME = /^(?:\d{1,2}[:.]\d\d[:.]\d\d|\d{1,2}时\d\d分\d\d秒|\d{10})$/u;
const HALF = /^(?:[AP]\.?M\.?|上午|下午)$/iu;
/** `Average:` of the locales that sysstat is translated to and issues are written in. */
const AVERAGE = /^(?:Average|Durchschn\.|Durchschnitt|Moyenne|Media|Média|Среднее|平均时间|平均)\s?:?$/u;

export interface SysstatWords {
  readonly words: readonly string[];
  readonly isAverage: boolean;
}

/** The words of a line without its time. Lines without one are taken as they are: posts leave it away. */
export function sysstatWords(line: string): SysstatWords {
  const words = wordsOf(line.slice(0, 4096));
  const first = words[0] ?? '';
  if (AVERAGE.test(first)) return { words: words.slice(words[1] === ':' ? 2 : 1), isAverage: true };
  // `pidstat -h` says `# Time UID PID …` or `#      Time   UID`.
  if (first === '#' && words[1] === 'Time') return { words: words.slice(2), isAverage: false };
  if (!TIME.test(first)) return { words, isAverage: false };
  return { words: words.slice(HALF.test(words[1] ?? '') ? 2 : 1), isAverage: false };
}

/** Places of the names in a header; a name that stands there twice has its first place. */
export class SysstatColumns {
  readonly #places = new Map<string, number>();

  constructor(private readonly names: readonly string[]) {
    for (const [place, name] of names.entries()) if (!this.#places.has(name)) this.#places.set(name, place);
  }

  /** Words that a row must have. */
  get length(): number {
    return this.names.length;
  }

  has(...names: readonly string[]): boolean {
    return names.some(name => this.#places.has(name));
  }

  /** The word of the first of these names that the header has. */
  word(row: readonly string[], ...names: readonly string[]): string | undefined {
    const name = names.find(one => this.#places.has(one));
    const place = name === undefined ? undefined : this.#places.get(name);
    return place === undefined ? undefined : row[place];
  }

  /** The same as a figure: from 0 on, as tools print -1 for what they may not read. */
  figure(row: readonly string[], ...names: readonly string[]): number | undefined {
    const value = toNumber(this.word(row, ...names)?.replace(/%$/u, ''));
    return value === undefined || value < 0 ? undefined : value;
  }

  /** Percent as a share from 0 to 1, more where it counts cores. */
  share(row: readonly string[], ...names: readonly string[]): number | undefined {
    const percent = this.figure(row, ...names);
    return percent === undefined ? undefined : Number((percent / 100).toPrecision(12));
  }
}
