/**
 * The names of a profile's functions. Functions of one name in several files or modules are one row of the table, one
 * match of a search, one highlight, so that a name is what views speak of. Equal strings are stored once in
 * PackedStrings: the string's index is the name.
 */
import type { FunctionIndex, FunctionTable, ProfileTables, StringIndex } from './model.js';
import { StringReader } from './packedStrings.js';

/** The string of a function's name. */
export type NameIndex = StringIndex;

export class FunctionNames {
  /** Name of each function. */
  readonly ofFunction: Uint32Array;
  /** Every name once, in order of first appearance. */
  readonly distinct: Uint32Array;
  /** Greater than every NameIndex: the length of a table by name. */
  readonly limit: number;
  readonly #functions: FunctionTable;
  readonly #strings: StringReader;
  /** Some function of each name, or -1. */
  readonly #anyFunction: Int32Array;
  #rank: Uint32Array | undefined;

  constructor(tables: Pick<ProfileTables, 'functions' | 'strings'>) {
    this.#functions = tables.functions;
    this.#strings = new StringReader(tables.strings);
    this.ofFunction = tables.functions.name;
    this.limit = this.#strings.count;
    this.#anyFunction = new Int32Array(this.limit).fill(-1);
    const distinct = [];
    for (let func = 0; func < tables.functions.count; func++) {
      const name = this.ofFunction[func]!;
      if (this.#anyFunction[name] !== -1) continue;
      this.#anyFunction[name] = func;
      distinct.push(name);
    }
    this.distinct = Uint32Array.from(distinct);
  }

  text(name: NameIndex): string {
    return this.#strings.get(name);
  }

  /** The first function of a name; undefined where no function has it. */
  anyFunction(name: NameIndex): FunctionIndex | undefined {
    const func = this.#anyFunction[name];
    return func === undefined || func === -1 ? undefined : func;
  }

  /** Source file of a function as the profile has it; empty where it says none. */
  file(func: FunctionIndex): string {
    return this.#strings.get(this.#functions.file[func]!);
  }

  /** The binary or shared object a function is in; empty where the profile does not say. */
  module(func: FunctionIndex): string {
    return this.#strings.get(this.#functions.module[func]!);
  }

  /** Some addresses of a function without a name of its own; else empty. */
  addresses(func: FunctionIndex): string {
    return this.#strings.get(this.#functions.addresses?.[func] ?? 0);
  }

  /** First line of a function, or 0. */
  startLine(func: FunctionIndex): number {
    return this.#functions.startLine[func]!;
  }

  /** Place of each name in the order of code points: ties of value are broken by it, the same on every machine. */
  get rank(): Uint32Array {
    if (this.#rank !== undefined) return this.#rank;
    const rank = new Uint32Array(this.limit);
    const order = [...this.distinct].sort((a, b) => (this.text(a) < this.text(b) ? -1 : 1));
    order.forEach((name, place) => (rank[name] = place));
    this.#rank = rank;
    return rank;
  }
}
