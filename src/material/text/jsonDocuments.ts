/**
 * JSON documents anywhere in a text, of one line or many: what stands between a prompt and the next is read, what a post
 * or a terminal cut off is closed where the last value ended. Lines of a JSON log are left to the readers of logs.
 */
import { unquoted } from './quotedLine.js';

export interface FoundDocument {
  readonly value: unknown;
  /** From 1. */
  readonly line: number;
  /** Something is missing: what is counted in it is too few. */
  readonly isCut: boolean;
}

/** UTF-16 code units of one document: the pods of a node with 500 are some 10 MB. */
const LONGEST = 32 * 1024 * 1024;
const MOST_DOCUMENTS = 10_000;
/** Kubernetes' own go to about 20. */
const DEEPEST = 100;

const BEGIN = /^[[{][ \t]*(?:["{[\]}]|$)/u;
/** A part that was copied without what is around it. */
const FRAGMENT = /^"(?:conditions|nodeInfo|status|items|kubeletconfig|node|pods|serverVersion)":[ \t]*[[{]/u;
/** How a line within a document may begin. */
const WITHIN = /^(?:["{}[\],:\-\d]|true|false|null|$)/u;
const LEFT_OUT = /^(?:\.{2,}|…|\/\/|#|<snip)/u;
/** What a document on one line must name, to be none of a JSON log. */
const NAMES =
  /"(?:kubeletconfig|nodeInfo|podRef|items|conditions|involvedObject|regarding|serverVersion|containers|kind|nodeName)"/u;

export function findJsonDocuments(lines: readonly string[]): readonly FoundDocument[] {
  const found: FoundDocument[] = [];
  for (let at = 0; at < lines.length && found.length < MOST_DOCUMENTS; at++) {
    const first = unquoted(lines[at] ?? '');
    const isFragment = FRAGMENT.test(first);
    if (
      !isFragment &&
      (!BEGIN.test(first) || (first.endsWith('}') && first.length > 2 && !NAMES.test(first)))
    )
      continue;
    const { text, end, isCut } = takeDocument(lines, at, isFragment);
    const whole = tryParse(text.whole());
    const value = whole ?? tryParse(text.closed());
    if (hasContent(value)) found.push({ value, line: at + 1, isCut: isCut || whole === undefined });
    at = Math.max(at, end - 1);
  }
  return found;
}

/** A brace of a program is closed to an empty object. */
function hasContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

interface Taken {
  readonly text: OpenJson;
  /** Index of the line behind it. */
  readonly end: number;
  readonly isCut: boolean;
}

function takeDocument(lines: readonly string[], start: number, isFragment: boolean): Taken {
  const text = new OpenJson();
  let isCut = false;
  if (isFragment) text.add('{');
  for (let at = start; at < lines.length; at++) {
    const line = unquoted(lines[at] ?? '');
    if (LEFT_OUT.test(line)) {
      isCut = true;
      continue;
    }
    if (at > start && !WITHIN.test(line)) return { text, end: at, isCut: true };
    text.add(line);
    if (text.isClosed(isFragment ? 1 : 0) || text.length > LONGEST) return { text, end: at + 1, isCut };
  }
  return { text, end: lines.length, isCut: true };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Braces of Go, of a log or of a shell: no document.
    return undefined;
  }
}

/** Text of a document so far, with where it could be closed. */
class OpenJson {
  readonly #lines: string[] = [];
  length = 0;
  /** Closing brackets of what is open, innermost first. */
  #open = '';
  #isInString = false;
  #isEscaped = false;
  #safe = 0;
  #safeOpen = '';
  #hasBegun = false;

  add(line: string): void {
    for (let at = 0; at < line.length; at++) this.#addCharacter(line.charAt(at), this.length + at);
    this.#lines.push(line);
    this.length += line.length + 1;
  }

  isClosed(depth: number): boolean {
    return this.#hasBegun && !this.#isInString && this.#open.length <= depth;
  }

  whole(): string {
    return this.#lines.join('\n') + this.#open;
  }

  /** Up to the last whole value, commas before closing brackets left out. */
  closed(): string {
    const text = this.#lines.join('\n').slice(0, this.#safe) + this.#safeOpen;
    return text.replaceAll(/,(?=\s{0,100}[}\]])/gu, '');
  }

  #addCharacter(character: string, position: number): void {
    if (this.#isInString) this.#addToString(character);
    else if (character === '"') this.#isInString = true;
    else if (character === '{' || character === '[') {
      this.#hasBegun = true;
      if (this.#open.length < DEEPEST) this.#open = (character === '{' ? '}' : ']') + this.#open;
    } else if (character === '}' || character === ']') {
      this.#open = this.#open.slice(1);
      this.#keep(position + 1);
    } else if (character === ',') this.#keep(position);
  }

  #addToString(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (character === '\\') this.#isEscaped = true;
    else if (character === '"') this.#isInString = false;
  }

  #keep(position: number): void {
    this.#safe = position;
    this.#safeOpen = this.#open;
  }
}
