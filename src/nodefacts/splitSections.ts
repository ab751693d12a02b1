/** The file of factsScript.ts taken apart: notes of the script, and the lines of each section with their numbers. */
import { readBoundedLines } from '../base/boundedLines.js';
import { NODE_FACTS } from '../base/limits.js';
import {
  FACT_SECTIONS,
  MISSING_REASONS,
  type FactSectionName,
  type LoggedLine,
  type MissingReason,
  type MissingSection,
} from './model.js';

export interface FactsSection {
  readonly name: FactSectionName;
  /** Of the node when it was begun, in seconds. */
  readonly uptime: number;
  readonly lines: readonly LoggedLine[];
}

export interface FactsFile {
  /** `# key: value` that are none of the notes below. */
  readonly header: ReadonlyMap<string, string>;
  /** In the order of the file. */
  readonly sections: readonly FactsSection[];
  readonly missing: readonly MissingSection[];
  readonly cut: readonly FactSectionName[];
  /** The script came to its end, and all that it wrote was read. */
  readonly isComplete: boolean;
}

export const FIRST_LINE = /^# node-triage node facts (\d{1,6})$/u;
const NOTE = /^# ([a-z]{1,20}): (.{1,200})$/u;
/** The script looks three times at most. */
const MOST_SECTIONS = 3 * FACT_SECTIONS.length;

/** Tolerant: what is not understood is passed over. Linear in the text. */
export function splitSections(text: string): FactsFile {
  const file = new OpenFile();
  const { long, isCut } = readBoundedLines(text, NODE_FACTS.lines, (line, hasEnd, number) => {
    // The beginning of a line is another number than the whole.
    if (hasEnd) file.read(line, number);
  });
  return file.finish(!isCut && long === 0);
}

class OpenFile {
  readonly #header = new Map<string, string>();
  readonly #sections: (FactsSection & { readonly lines: LoggedLine[] })[] = [];
  readonly #missing: MissingSection[] = [];
  readonly #cut = new Set<FactSectionName>();
  #isOpen = false;

  read(line: string, number: number): void {
    if (line === '') this.#isOpen = false;
    else if (line.startsWith('#')) this.#note(line);
    else if (this.#isOpen) this.#sections.at(-1)?.lines.push({ text: line, line: number });
  }

  finish(isWhole: boolean): FactsFile {
    return {
      header: this.#header,
      sections: this.#sections,
      missing: this.#missing,
      cut: [...this.#cut],
      isComplete: isWhole && this.#header.get('end') === 'complete',
    };
  }

  #note(line: string): void {
    this.#isOpen = false;
    const [, key = '', value = ''] = NOTE.exec(line) ?? [];
    const [first = '', second = ''] = value.split(' ');
    const name = FACT_SECTIONS.find(one => one === first);
    if (key === 'section') this.#open(name, second);
    else if (key === 'missing') this.#miss(name, second);
    else if (key === 'cut') {
      if (name !== undefined) this.#cut.add(name);
    } else if (key !== '' && this.#header.size < 50) this.#header.set(key, value);
  }

  #open(name: FactSectionName | undefined, uptime: string): void {
    if (name === undefined || this.#sections.length >= MOST_SECTIONS) return;
    if (!/^\d{1,12}(?:\.\d{1,6})?$/u.test(uptime)) return;
    this.#sections.push({ name, uptime: Number(uptime), lines: [] });
    this.#isOpen = true;
  }

  #miss(section: FactSectionName | undefined, word: string): void {
    const why: MissingReason | undefined = MISSING_REASONS.find(one => one === word);
    if (section === undefined || why === undefined) return;
    // A section that was looked at twice has failed for one reason.
    if (!this.#missing.some(one => one.section === section)) this.#missing.push({ section, why });
  }
}
