/**
 * Finds a function in a source text by its name: for profiles that know no first line (Go before 1.21), and for a local
 * checkout at another version, where the line must be moved along with its function.
 */
import type { GoSymbol } from './goSymbol.js';

/**
 * Regular expressions (flag `m`) for the function's declaration in Go or Go assembly, the surest first; none where the
 * symbol names no declared function. What stands where a receiver would may be the caller an inlined closure was named
 * after, so that a plain function is looked for, too, where the receiver is no pointer.
 */
export function declarationPatterns(symbol: GoSymbol): readonly string[] {
  const { kind, receiver, isPointer, function: name } = symbol;
  if ((kind !== 'go' && kind !== 'bare') || name === '') return [];
  const method = `^func \\((?:\\w+ )?\\*?${escaped(receiver)}(?:\\[[^\\]\\n]*\\])?\\) ${escaped(name)}\\(`;
  if (isPointer) return [method];
  const free = `^func ${escaped(name)}(?:\\[[^\\n]*?\\])?\\(`;
  const assembly = `^TEXT\\s+(?:[\\w\u2215]*\u00b7)?${escaped(name)}(?:<\\w*>)*\\(SB\\)`;
  return receiver === '' ? [free, assembly] : [method, free];
}

/** By what they declare. */
type DeclaringLines = ReadonlyMap<string, readonly DeclaringLine[]>;

interface DeclaringLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A Go or assembly text whose declarations are found in one pass, however many of its functions are asked for. */
export class GoText {
  #read: { readonly lineCount: number; readonly byName: DeclaringLines } | undefined;

  constructor(readonly text: string) {}

  get lineCount(): number {
    this.#read ??= readLines(this.text);
    return this.#read.lineCount;
  }

  /** The line (from 1) of the declaration that fits the symbol best, or undefined where the text has none. */
  find(symbol: GoSymbol): number | undefined {
    this.#read ??= readLines(this.text);
    const named = this.#read.byName.get(symbol.function) ?? [];
    for (const pattern of declarationPatterns(symbol)) {
      // eslint-disable-next-line no-restricted-syntax -- anchored to lines, the name escaped, each repetition of one class
      const expression = new RegExp(pattern);
      const found = named.find(({ text }) => expression.test(text));
      if (found !== undefined) return found.number;
    }
    return undefined;
  }
}

/** Each of the patterns above stands in one line, and its name is what is taken here. */
function readLines(text: string): { readonly lineCount: number; readonly byName: DeclaringLines } {
  const byName = new Map<string, DeclaringLine[]>();
  let number = 1;
  for (let start = 0; start <= text.length; number++) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (text.startsWith('func ', start) || text.startsWith('TEXT', start)) {
      const line = text.slice(start, end);
      const name = (/^func (?:\([^)]*\) )?([^\s[(]+)/.exec(line) ??
        /^TEXT\s+(?:[\w\u2215]*\u00b7)?([^\s<(]+)/.exec(line))?.[1];
      if (name !== undefined) {
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [{ number, text: line }]);
        else known.push({ number, text: line });
      }
    }
    start = end + 1;
  }
  return { lineCount: number - 1, byName };
}

/**
 * The line of a C function's definition, as the kernel formats it: the name at the start of a line that ends no statement,
 * a parameter list, and a brace at the start of a line. One pass over any text.
 */
export function findKernelFunction(text: string, symbol: string): number | undefined {
  // eslint-disable-next-line no-restricted-syntax -- a constant word
  const name = new RegExp(`\\b${escaped(symbol)}\\(`);
  const system = /^sys_(\w+)$/.exec(symbol)?.[1];
  const macro =
    // eslint-disable-next-line no-restricted-syntax -- a constant line
    system === undefined ? undefined : new RegExp(`^SYSCALL_DEFINE\\d\\(${escaped(system)}\\b`, 'm');
  return lineOfDefinition(text, name) ?? (macro && lineOfMatch(text, macro));
}

function lineOfDefinition(text: string, name: RegExp): number | undefined {
  const nextBody = forwardSearch(text, /\)\s*\n\{/g);
  const nextSemicolon = forwardSearch(text, /;/g);
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const found = /^[\s#*/]/.test(line) ? null : name.exec(line);
    if (found !== null && !/[;=]/.test(line.slice(0, found.index))) {
      const parameters = start + found.index + found[0].length;
      if (nextBody(parameters) < nextSemicolon(parameters)) return index + 1;
    }
    start += line.length + 1;
  }
  return undefined;
}

/** Where a pattern matches next, at or behind a place that only grows; infinity where it does not. Each match is found once. */
function forwardSearch(text: string, pattern: RegExp): (from: number) => number {
  let at = -1;
  return from => {
    if (at >= from) return at;
    pattern.lastIndex = from;
    at = pattern.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    return at;
  };
}

/**
 * Moves a line along with its function: `line` is the profile's, `startLine` the function's first line there (0 where
 * the profile does not say), `foundLine` its declaration in the text at hand.
 */
export function rebaseLine(line: number, startLine: number, foundLine: number): number {
  return startLine > 0 && line >= startLine ? foundLine + (line - startLine) : foundLine;
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function lineOfMatch(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text);
  return match ? text.slice(0, match.index).split('\n').length : undefined;
}
