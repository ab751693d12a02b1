/**
 * The tables of a profile.proto message as they stand on the wire, before names and modules are brought together:
 * string places, mappings, locations with their lines, functions. Filled by decodePprof.ts; ids are 64 bits wide and
 * need not be dense.
 */
import { corruptFile } from '../fileErrors.js';
import { Float64List, Int32List, Uint32List } from '../growingArrays.js';
import type { WireReader } from './wireReader.js';

/** Ids below this are taken as they are; the few beyond get numbers from here upwards. */
const LARGE_ID = 0x40000000;

/** In place of a line's function: no id is normalized to it. */
export const NO_FUNCTION = 0xffffffff;

/**
 * Finds a table's row by its id. Go numbers its rows 1, 2, 3, …, which a plain array serves; other writers use addresses
 * or hashes, which go into a map.
 */
export class IdMap {
  #large = new Map<bigint, number>();
  #dense = new Int32Array(1024).fill(-1);
  #sparse = new Map<number, number>();
  #count = 0;
  readonly #what: string;

  /** `what` is what an id names: `location`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** The number that stands for the reader's last varint, taken as an id. */
  normalize(reader: WireReader): number {
    if (reader.high === 0 && reader.low < LARGE_ID) return reader.low;
    const id = reader.unsigned64();
    let known = this.#large.get(id);
    if (known === undefined) this.#large.set(id, (known = LARGE_ID + this.#large.size));
    return known;
  }

  /** Gives the next row to the id. */
  add(id: number): number {
    const row = this.#count++;
    if (this.find(id) !== -1) throw corruptFile(`two ${this.#what}s have the id ${this.#describe(id)}`);
    if (id >= this.#dense.length && id < 8 * (row + 128)) this.#growDense(id);
    if (id < this.#dense.length) this.#dense[id] = row;
    else this.#sparse.set(id, row);
    return row;
  }

  /** The id's row, or -1. */
  find(id: number): number {
    const row = id < this.#dense.length ? this.#dense[id]! : -1;
    return row !== -1 || this.#sparse.size === 0 ? row : (this.#sparse.get(id) ?? -1);
  }

  require(id: number, where: string): number {
    const row = this.find(id);
    if (row === -1)
      throw corruptFile(`${where} names ${this.#what} ${this.#describe(id)}, which the file does not have`);
    return row;
  }

  /** Rows by id for the ids of the plain array: a hot loop's shortcut, -1 where `find` has to be asked. */
  denseRows(): Int32Array {
    return this.#dense;
  }

  #growDense(id: number): void {
    const dense = new Int32Array(Math.max(id + 1, this.#dense.length * 2)).fill(-1);
    dense.set(this.#dense);
    this.#dense = dense;
  }

  #describe(id: number): string {
    if (id < LARGE_ID) return String(id);
    for (const [large, number] of this.#large) if (number === id) return String(large);
    return String(id);
  }
}

/** Strings as places in the file. */
export class StringPlaces {
  readonly starts = new Float64List();
  readonly ends = new Float64List();
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get count(): number {
    return this.starts.length;
  }

  text(index: number): string {
    return this.#decoder.decode(this.#bytes.subarray(this.starts.get(index), this.ends.get(index)));
  }

  check(index: number, what: string): void {
    if (index >= this.count)
      throw corruptFile(`${what} is string ${index}, and the file has ${this.count} strings`);
  }
}

/** Longest file there is: what a table of int32 cannot hold is no line. */
const MAX_LINE = 2 ** 31 - 1;

function lineNumber(value: number): number {
  return Math.abs(value) > MAX_LINE ? 0 : value;
}

export class WireTables {
  readonly strings: StringPlaces;

  readonly mappingIds = new IdMap('mapping');
  readonly mappingFile = new Float64List();

  readonly locationIds = new IdMap('location');
  /** Mapping id (normalized) of each location, 0 for none. */
  readonly locationMapping = new Uint32List();
  /** Address of each location, in two halves. */
  readonly addressLow = new Uint32List();
  readonly addressHigh = new Uint32List();
  /** Where a location's lines begin; one more entry than locations. */
  readonly lineStart = new Uint32List();
  /** Function id (normalized) of each line: 0 where it names none, NO_FUNCTION where the location has no line. */
  readonly lineFunction = new Uint32List();
  readonly lineNumber = new Int32List();

  readonly functionIds = new IdMap('function');
  readonly functionName = new Float64List();
  readonly functionSystemName = new Float64List();
  readonly functionFile = new Float64List();
  readonly functionStartLine = new Int32List();

  constructor(bytes: Uint8Array) {
    this.strings = new StringPlaces(bytes);
    this.lineStart.push(0);
  }

  readMapping(reader: WireReader): void {
    let id = 0;
    let file = 0;
    reader.message('a mapping', () => {
      if (reader.field === 1) id = this.#id(reader, this.mappingIds, 'the id of a mapping');
      else if (reader.field === 5) file = reader.index('the file name of a mapping');
      else reader.skip();
    });
    // To a location, mapping 0 means "none": this one cannot be referred to.
    if (id === 0) return;
    this.mappingIds.add(id);
    this.mappingFile.push(file);
  }

  readLocation(reader: WireReader): void {
    let id = 0;
    let mapping = 0;
    let low = 0;
    let high = 0;
    reader.message('a location', () => {
      if (reader.field === 1) id = this.#id(reader, this.locationIds, 'the id of a location');
      else if (reader.field === 2) mapping = this.#id(reader, this.mappingIds, 'the mapping of a location');
      else if (reader.field === 3) {
        reader.expect(0, 'the address of a location');
        reader.varint();
        ({ low, high } = reader);
      } else if (reader.field === 4) this.#readLine(reader);
      else reader.skip();
    });
    // A location without lines is one frame all the same: an address without a symbol.
    if (this.lineFunction.length === this.lineStart.get(this.lineStart.length - 1)) {
      this.lineFunction.push(NO_FUNCTION);
      this.lineNumber.push(0);
    }
    this.locationIds.add(id);
    this.locationMapping.push(mapping);
    this.addressLow.push(low);
    this.addressHigh.push(high);
    this.lineStart.push(this.lineFunction.length);
  }

  readFunction(reader: WireReader): void {
    let id = 0;
    let name = 0;
    let systemName = 0;
    let file = 0;
    let startLine = 0;
    reader.message('a function', () => {
      const { field } = reader;
      if (field === 1) id = this.#id(reader, this.functionIds, 'the id of a function');
      else if (field === 2) name = reader.index('the name of a function');
      else if (field === 3) systemName = reader.index('the system name of a function');
      else if (field === 4) file = reader.index('the file name of a function');
      else if (field === 5) startLine = lineNumber(reader.int64('the first line of a function'));
      else reader.skip();
    });
    // To a line, function 0 means "none", and still a writer that counts from 0 means this one.
    if (id === 0 && this.functionIds.find(0) !== -1) return;
    this.functionIds.add(id);
    this.functionName.push(name);
    this.functionSystemName.push(systemName);
    this.functionFile.push(file);
    this.functionStartLine.push(startLine);
  }

  #readLine(reader: WireReader): void {
    let functionId = 0;
    let line = 0;
    reader.message('a line of a location', () => {
      if (reader.field === 1) functionId = this.#id(reader, this.functionIds, 'the function of a line');
      else if (reader.field === 2) line = lineNumber(reader.int64('a line number'));
      else reader.skip();
    });
    this.lineFunction.push(functionId);
    this.lineNumber.push(line);
  }

  #id(reader: WireReader, ids: IdMap, what: string): number {
    reader.expect(0, what);
    reader.varint();
    return ids.normalize(reader);
  }
}
