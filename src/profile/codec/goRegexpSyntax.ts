/**
 * Reads the syntax of Go's regular expressions (https://pkg.go.dev/regexp/syntax, Perl's flags) into a tree. Laziness,
 * captures and their names mean nothing to whether a text matches, and are read over.
 */
import { PATTERN_LIMITS } from '../../base/limits.js';

export type CharTest = (code: number) => boolean;
export type AssertKind = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

export type PatternNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'assert'; readonly assert: AssertKind }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly PatternNode[] }
  /** `to` may be Infinity. */
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly from: number; readonly to: number };

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** What Go refuses; never leaves this file. */
class SyntaxFault extends Error {}

/** Undefined where Go's regexp.Compile fails. */
export function parseGoPattern(pattern: string): PatternNode | undefined {
  try {
    return new PatternParser(pattern).parse();
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}

const MAX_REPEAT = 1000;
const NO_FLAGS: Flags = { i: false, m: false, s: false };

const within =
  (...ranges: readonly (readonly [number, number])[]): CharTest =>
  code =>
    ranges.some(([from, to]) => code >= from && code <= to);
const not =
  (test: CharTest): CharTest =>
  code =>
    !test(code);

/** ASCII classes: those of Perl by their letter, those of POSIX by their name. */
const ASCII: Readonly<Record<string, string>> = {
  d: '[0-9]',
  w: '[0-9A-Za-z_]',
  s: '[\\t\\n\\f\\r ]',
  alnum: '[0-9A-Za-z]',
  alpha: '[A-Za-z]',
  ascii: '[\\x00-\\x7f]',
  blank: '[\\t ]',
  cntrl: '[\\x00-\\x1f\\x7f]',
  digit: '[0-9]',
  graph: '[!-~]',
  lower: '[a-z]',
  print: '[ -~]',
  punct: '[!-\\/:-@[-`{-~]',
  space: '[\\t\\n\\v\\f\\r ]',
  upper: '[A-Z]',
  word: '[0-9A-Za-z_]',
  xdigit: '[0-9A-Fa-f]',
};

function asciiClass(name: string): CharTest | undefined {
  const source = Object.hasOwn(ASCII, name) ? ASCII[name] : undefined;
  if (source === undefined) return undefined;
  // eslint-disable-next-line no-restricted-syntax -- one class of the table above, asked about one character
  const pattern = new RegExp(source);
  const table = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return code => code < 128 && table[code]!;
}

function unicodeClass(name: string): CharTest {
  if (name === 'Any') return () => true;
  for (const property of [name, `Script=${name}`])
    try {
      // eslint-disable-next-line no-restricted-syntax -- one property, asked about one character
      const pattern = new RegExp(`^\\p{${property}}$`, 'u');
      return code => pattern.test(String.fromCodePoint(code));
    } catch {
      continue; // not a category: perhaps a script
    }
  throw new SyntaxFault('class');
}

function folded(test: CharTest): CharTest {
  return code => {
    if (test(code)) return true;
    const text = String.fromCodePoint(code);
    return [text.toLowerCase(), text.toUpperCase()].some(
      other => Array.from(other).length === 1 && test(other.codePointAt(0)!),
    );
  };
}

class PatternParser {
  readonly #text: readonly string[];
  #at = 0;
  #depth = 0;
  #flags = NO_FLAGS;

  constructor(pattern: string) {
    this.#text = Array.from(pattern);
  }

  parse(): PatternNode {
    const node = this.#either();
    if (this.#at < this.#text.length) throw new SyntaxFault(')');
    return node;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw new SyntaxFault('end');
    return character;
  }

  #takes(text: string): boolean {
    if (this.#text.slice(this.#at, this.#at + text.length).join('') !== text) return false;
    this.#at += text.length;
    return true;
  }

  #either(): PatternNode {
    const parts = [this.#sequence()];
    while (this.#takes('|')) parts.push(this.#sequence());
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      if (this.#takes('\\Q')) {
        while (this.#at < this.#text.length && !this.#takes('\\E')) parts.push(this.#literal(this.#take()));
        continue;
      }
      const atom = this.#atom();
      if (atom !== undefined) parts.push(this.#repeated(atom));
    }
    return { kind: 'sequence', parts };
  }

  /** Undefined for flags alone, `(?i)`, which hold to the end of the group. */
  #atom(): PatternNode | undefined {
    const next = this.#take();
    const { s } = this.#flags;
    switch (next) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', test: this.#class() };
      case '.':
        return { kind: 'char', test: s ? () => true : code => code !== 0x0a };
      case '^':
      case '$':
        return this.#anchor(next);
      case '*':
      case '+':
      case '?':
        throw new SyntaxFault(next);
      case '\\':
        return this.#escape();
      default:
        return this.#literal(next);
    }
  }

  #anchor(character: '^' | '$'): PatternNode {
    const { m } = this.#flags;
    if (character === '^') return { kind: 'assert', assert: m ? 'line-start' : 'text-start' };
    return { kind: 'assert', assert: m ? 'line-end' : 'text-end' };
  }

  #literal(character: string): PatternNode {
    const wanted = character.codePointAt(0)!;
    return this.#char(code => code === wanted);
  }

  #char(test: CharTest): PatternNode {
    return { kind: 'char', test: this.#flags.i ? folded(test) : test };
  }

  #group(): PatternNode | undefined {
    if (++this.#depth > PATTERN_LIMITS.depth) throw new SyntaxFault('depth');
    const outer = this.#flags;
    if (this.#takes('?') && !this.#name() && this.#readFlags()) {
      this.#depth--;
      return undefined;
    }
    const node = this.#either();
    if (!this.#takes(')')) throw new SyntaxFault('(');
    this.#flags = outer;
    this.#depth--;
    return node;
  }

  /** `P<name>` or `<name>`. */
  #name(): boolean {
    if (!this.#takes('P<') && !this.#takes('<')) return false;
    let name = '';
    for (let next = this.#take(); next !== '>'; next = this.#take()) name += next;
    if (!/^\w+$/.test(name)) throw new SyntaxFault('name');
    return true;
  }

  /** `i-s:` or `i-s)`; true where the group ends with them. */
  #readFlags(): boolean {
    let value = true;
    let isLast = false;
    const flags = { ...this.#flags };
    for (let next = this.#take(); ; next = this.#take()) {
      if (next === 'i' || next === 'm' || next === 's') flags[next] = value;
      else if (next === '-' && value) value = false;
      else if (next === ':' || next === ')') {
        if (!value && !isLast) throw new SyntaxFault('flags');
        this.#flags = flags;
        return next === ')';
      } else if (next !== 'U') throw new SyntaxFault('flags');
      isLast = next !== '-';
    }
  }

  #repeated(atom: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return atom;
    this.#takes('?');
    if (this.#bounds() !== undefined) throw new SyntaxFault('repetition');
    const [from, to] = bounds;
    if (from > MAX_REPEAT || (to !== Infinity && (to > MAX_REPEAT || to < from)))
      throw new SyntaxFault('repetition');
    return { kind: 'repeat', part: atom, from, to };
  }

  #bounds(): readonly [from: number, to: number] | undefined {
    if (this.#takes('*')) return [0, Infinity];
    if (this.#takes('+')) return [1, Infinity];
    if (this.#takes('?')) return [0, 1];
    const [whole, from, comma, to] =
      /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(this.#text.slice(this.#at, this.#at + 24).join('')) ?? [];
    if (whole === undefined || (comma === '' && to !== '')) return undefined;
    this.#at += whole.length;
    return [Number(from), comma === '' ? Number(from) : to === '' ? Infinity : Number(to)];
  }

  #escape(): PatternNode {
    const next = this.#peek();
    const asserts: Readonly<Record<string, AssertKind>> = {
      A: 'text-start',
      z: 'text-end',
      b: 'word-edge',
      B: 'no-word-edge',
    };
    const assert = next !== undefined && Object.hasOwn(asserts, next) ? asserts[next] : undefined;
    if (assert !== undefined) {
      this.#at++;
      return { kind: 'assert', assert };
    }
    const known = this.#escapedClass();
    if (known !== undefined) return this.#char(known);
    const code = this.#escapedCode();
    return this.#char(other => other === code);
  }

  /** Behind a backslash: `d`, `W`, `pL`, `P{Greek}`, `p{^Lu}`. */
  #escapedClass(): CharTest | undefined {
    const next = this.#peek();
    if (next !== undefined && 'dswDSW'.includes(next)) {
      this.#at++;
      const test = asciiClass(next.toLowerCase())!;
      return next === next.toLowerCase() ? test : not(test);
    }
    if (next !== 'p' && next !== 'P') return undefined;
    this.#at++;
    let name = this.#take();
    if (name === '{') {
      name = '';
      for (let letter = this.#take(); letter !== '}'; letter = this.#take()) name += letter;
    }
    const isNegated = name.startsWith('^');
    const plain = isNegated ? name.slice(1) : name;
    if (!/^[A-Za-z_]+$/.test(plain)) throw new SyntaxFault('class');
    const test = unicodeClass(plain);
    return isNegated === (next === 'P') ? test : not(test);
  }

  #escapedCode(): number {
    const next = this.#take();
    const control = 'afnrtv'.indexOf(next);
    if (control !== -1) return [7, 12, 10, 13, 9, 11][control]!;
    if (next === 'x') return this.#hexadecimal();
    if (/[0-7]/.test(next)) {
      // \1 to \7 alone would be back references, which Go does not have.
      if (next !== '0' && !/[0-7]/.test(this.#peek() ?? '')) throw new SyntaxFault('\\');
      let digits = next;
      while (digits.length < 3 && /[0-7]/.test(this.#peek() ?? '')) digits += this.#take();
      return Number.parseInt(digits, 8);
    }
    if (next.codePointAt(0)! >= 0x80 || /[\w]/.test(next)) throw new SyntaxFault('\\');
    return next.codePointAt(0)!;
  }

  #hexadecimal(): number {
    let digits = this.#take();
    if (digits === '{') {
      digits = '';
      for (let digit = this.#take(); digit !== '}'; digit = this.#take()) digits += digit;
    } else digits += this.#take();
    const code = /^[0-9A-Fa-f]{1,8}$/.test(digits) ? Number.parseInt(digits, 16) : Infinity;
    if (code > 0x10ffff) throw new SyntaxFault('\\x');
    return code;
  }

  /** Behind `[`. */
  #class(): CharTest {
    const isNegated = this.#takes('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      const posix = this.#posixClass() ?? this.#perlClass();
      if (posix !== undefined) {
        tests.push(posix);
        continue;
      }
      const from = this.#classCode();
      let to = from;
      if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++;
        to = this.#classCode();
        if (to < from) throw new SyntaxFault('range');
      }
      tests.push(within([from, to]));
    }
    this.#at++;
    const any: CharTest = code => tests.some(test => test(code));
    const whole = this.#flags.i ? folded(any) : any;
    return isNegated ? not(whole) : whole;
  }

  #posixClass(): CharTest | undefined {
    const [whole, caret, name] =
      /^\[:(\^?)([a-z]+):\]/.exec(this.#text.slice(this.#at, this.#at + 16).join('')) ?? [];
    if (whole === undefined) return undefined;
    const test = asciiClass(name!);
    if (test === undefined || name!.length < 2) throw new SyntaxFault('class');
    this.#at += whole.length;
    return caret === '^' ? not(test) : test;
  }

  #perlClass(): CharTest | undefined {
    if (this.#peek() !== '\\') return undefined;
    this.#at++;
    const test = this.#escapedClass();
    if (test === undefined) this.#at--;
    return test;
  }

  #classCode(): number {
    const next = this.#take();
    return next === '\\' ? this.#escapedCode() : next.codePointAt(0)!;
  }
}
