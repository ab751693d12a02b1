/**
 * A profile as folded stacks of one sample type, as FlameGraph's stackcollapse scripts write them: `root;…;leaf value`,
 * one line a stack, UTF-8. What every flame graph tool reads; inlining, files and modules are lost in it.
 */
import { buildCallTree } from './callTree.js';
import { UNKNOWN_FUNCTION, type CallTree, type Profile } from './model.js';
import { listChildren } from './treeChildren.js';

const encoder = new TextEncoder();
const SEMICOLON = 0x3b;
const COLON = 0x3a;
const SPACE = 0x20;

/** Stacks of value zero have no line. Lines stand in the order in which the stacks first appear. */
export function exportFolded(profile: Profile, sampleType: number): Uint8Array {
  const tree = buildCallTree(profile);
  const writer = new LineWriter(profile);
  const self = tree.self[sampleType]!;
  if (self[0] !== 0) writer.writeLine(encoder.encode(UNKNOWN_FUNCTION), self[0]!);
  walk(tree, writer, self);
  return writer.bytes();
}

function walk(tree: CallTree, writer: LineWriter, self: Float64Array): void {
  const { first, next } = listChildren(tree);
  let node = first[0]!;
  while (node > 0) {
    writer.enter(tree.func[node]!);
    if (self[node] !== 0) writer.writeStack(self[node]!);
    if (first[node] !== 0) {
      node = first[node]!;
      continue;
    }
    writer.leave();
    while (next[node] === 0) {
      node = tree.parent[node]!;
      if (node <= 0) return;
      writer.leave();
    }
    node = next[node]!;
  }
}

/** Keeps the stack of the node the walk is at as bytes, so that a line is one copy. */
class LineWriter {
  readonly #profile: Profile;
  #stack = new Uint8Array(1 << 12);
  #stackLength = 0;
  readonly #stackMarks: number[] = [];
  #output = new Uint8Array(1 << 16);
  #outputLength = 0;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  enter(func: number): void {
    const { strings, functions } = this.#profile;
    const name = functions.name[func]!;
    const from = strings.offsets[name]!;
    const length = strings.offsets[name + 1]! - from;
    this.#stackMarks.push(this.#stackLength);
    this.#stack = withRoom(this.#stack, this.#stackLength, length + 1);
    if (this.#stackLength > 0) this.#stack[this.#stackLength++] = SEMICOLON;
    for (let i = 0; i < length; i++) this.#stack[this.#stackLength++] = harmless(strings.bytes[from + i]!);
  }

  leave(): void {
    this.#stackLength = this.#stackMarks.pop()!;
  }

  writeStack(value: number): void {
    this.writeLine(this.#stack.subarray(0, this.#stackLength), value);
  }

  writeLine(stack: Uint8Array, value: number): void {
    const ending = encoder.encode(` ${formatValue(value)}\n`);
    this.#output = withRoom(this.#output, this.#outputLength, stack.length + ending.length);
    this.#output.set(stack, this.#outputLength);
    this.#output.set(ending, this.#outputLength + stack.length);
    this.#outputLength += stack.length + ending.length;
  }

  bytes(): Uint8Array {
    return this.#output.slice(0, this.#outputLength);
  }
}

/** A `;` inside a name (Go's `struct { A int; B int }`) would split the frame: a colon, as stackcollapse-perf.pl does. */
function harmless(byte: number): number {
  if (byte === SEMICOLON) return COLON;
  return byte < SPACE ? SPACE : byte;
}

/** Never in exponential form, which other readers do not know. */
function formatValue(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(6).replace(/0{1,6}$/, '');
}

function withRoom(array: Uint8Array<ArrayBuffer>, used: number, more: number): Uint8Array<ArrayBuffer> {
  if (used + more <= array.length) return array;
  const longer = new Uint8Array(Math.max(used + more, array.length * 2));
  longer.set(array.subarray(0, used));
  return longer;
}
