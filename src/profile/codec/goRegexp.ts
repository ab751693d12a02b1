/**
 * Go's regular expressions (regexp/syntax with Perl's flags), for patterns that come inside profiles: a pattern of a
 * stranger may not be handed to JavaScript's engine, which takes exponential time on some, and means other things by
 * others. Answers only whether a text matches; steps are counted, so that a caller can set a limit.
 * Parsing is goRegexpSyntax.ts; here it becomes a program that follows all ways through the text at once.
 */
import { PATTERN_LIMITS } from '../../base/limits.js';
import { parseGoPattern, type AssertKind, type CharTest, type PatternNode } from './goRegexpSyntax.js';

type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'split'; readonly to: number[] }
  | { readonly op: 'assert'; readonly kind: AssertKind }
  | { readonly op: 'match' };

/** Steps that all matches together may still take. */
export interface StepBudget {
  left: number;
}

export interface GoRegexp {
  /** Whether some part of `text` matches; undefined where the budget is used up. */
  matches(text: string, budget: StepBudget): boolean | undefined;
}

/** Undefined where Go would not compile it, or it is larger than any that a profile has. */
export function compileGoRegexp(pattern: string): GoRegexp | undefined {
  if (pattern.length > PATTERN_LIMITS.characters) return undefined;
  const node = parseGoPattern(pattern);
  if (node === undefined) return undefined;
  const program = new ProgramWriter().write(node);
  return program && new Matcher(program);
}

class TooLarge extends Error {}

class ProgramWriter {
  readonly #program: Instruction[] = [];
  /** Empty groups in repetitions add nothing, and take time all the same. */
  #nodes = 0;

  write(node: PatternNode): readonly Instruction[] | undefined {
    try {
      this.#node(node);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
    this.#add({ op: 'match' });
    return this.#program;
  }

  #add(instruction: Instruction): number {
    if (this.#program.length >= PATTERN_LIMITS.instructions) throw new TooLarge();
    return this.#program.push(instruction) - 1;
  }

  #split(): number[] {
    const to: number[] = [];
    this.#add({ op: 'split', to });
    return to;
  }

  get #next(): number {
    return this.#program.length;
  }

  #node(node: PatternNode): void {
    if (++this.#nodes > PATTERN_LIMITS.instructions) throw new TooLarge();
    switch (node.kind) {
      case 'char':
        this.#add({ op: 'char', test: node.test });
        return;
      case 'assert':
        this.#add({ op: 'assert', kind: node.assert });
        return;
      case 'sequence':
        for (const part of node.parts) this.#node(part);
        return;
      case 'either': {
        const ways = this.#split();
        const ends: number[][] = [];
        for (const part of node.parts) {
          ways.push(this.#next);
          this.#node(part);
          ends.push(this.#split());
        }
        for (const end of ends) end.push(this.#next);
        return;
      }
      case 'repeat':
        this.#repeat(node.part, node.from, node.to);
    }
  }

  #repeat(part: PatternNode, from: number, to: number): void {
    for (let i = 0; i < from; i++) this.#node(part);
    if (to === Infinity) {
      const at = this.#next;
      const way = this.#split();
      way.push(this.#next);
      this.#node(part);
      this.#split().push(at);
      way.push(this.#next);
      return;
    }
    const skips: number[][] = [];
    for (let i = from; i < to; i++) {
      const way = this.#split();
      way.push(this.#next);
      skips.push(way);
      this.#node(part);
    }
    for (const skip of skips) skip.push(this.#next);
  }
}

class Matcher implements GoRegexp {
  readonly #program: readonly Instruction[];
  /** Where a text's position last put an instruction on the list. */
  readonly #seen: Float64Array;
  #stamp = 0;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    this.#seen = new Float64Array(program.length);
  }

  matches(text: string, budget: StepBudget): boolean | undefined {
    const codes = Array.from(text, character => character.codePointAt(0)!);
    let current: number[] = [];
    for (let position = 0; position <= codes.length; position++) {
      this.#stamp++;
      const ready: number[] = [];
      // A match may begin anywhere; those under way come first, in no order that matters.
      current.push(0);
      if (this.#follow(current, ready, codes, position, budget)) return true;
      if (budget.left <= 0) return undefined;
      if (position === codes.length) break;
      const code = codes[position]!;
      current = [];
      budget.left -= ready.length;
      for (const at of ready) {
        const instruction = this.#program[at]!;
        if (instruction.op === 'char' && instruction.test(code)) current.push(at + 1);
      }
    }
    return false;
  }

  /** All characters that may come next, into `ready`; true where the pattern is at its end. */
  #follow(
    from: readonly number[],
    ready: number[],
    codes: readonly number[],
    position: number,
    budget: StepBudget,
  ): boolean {
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (this.#seen[at] === this.#stamp) continue;
      this.#seen[at] = this.#stamp;
      budget.left--;
      const instruction = this.#program[at]!;
      if (instruction.op === 'match') return true;
      if (instruction.op === 'char') ready.push(at);
      else if (instruction.op === 'split') for (const to of instruction.to) open.push(to);
      else if (holds(instruction.kind, codes, position)) open.push(at + 1);
    }
    return false;
  }
}

const LINE_FEED = 0x0a;

function isWord(code: number | undefined): boolean {
  return code !== undefined && code < 0x80 && /\w/.test(String.fromCharCode(code));
}

function holds(kind: AssertKind, codes: readonly number[], position: number): boolean {
  const before = codes[position - 1];
  const after = codes[position];
  switch (kind) {
    case 'text-start':
      return position === 0;
    case 'text-end':
      return position === codes.length;
    case 'line-start':
      return position === 0 || before === LINE_FEED;
    case 'line-end':
      return position === codes.length || after === LINE_FEED;
    case 'word-edge':
      return isWord(before) !== isWord(after);
    case 'no-word-edge':
      return isWord(before) === isWord(after);
  }
}
