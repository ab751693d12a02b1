/**
 * Functions, frames and strings of the model from the wire's tables: a function of ours is a name in a file of a module,
 * and only the strings that functions use are kept (a profile's string table also holds labels, units and comments).
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import { Int32List, Uint32List } from '../growingArrays.js';
import { UNKNOWN_FUNCTION, type FrameTable, type FunctionTable, type PackedStrings } from '../model.js';
import { namelessFrame, NamelessAddresses } from '../namelessFrames.js';
import { StringPacker } from '../packedStrings.js';
import { NO_FUNCTION, type WireTables } from './pprofTables.js';

/** Three indexes below this make a number below 2^53. */
const LARGEST_SIZE = 2 ** 17;

export interface Symbols {
  readonly strings: PackedStrings;
  readonly functions: FunctionTable;
  readonly frames: FrameTable;
  readonly warnings: readonly Sentence[];
}

/** @throws TriageError `file-corrupt` where a line names a function, or a name a string, that does not exist. */
export function buildSymbols(bytes: Uint8Array, tables: WireTables): Symbols {
  return new SymbolBuilder(bytes, tables).build();
}

class SymbolBuilder {
  readonly #bytes: Uint8Array;
  readonly #tables: WireTables;
  readonly #packer = new StringPacker();
  /** The file's string index to ours, -1 before it is used. */
  readonly #packed: Int32Array;
  /** Function row and mapping row, as one number, to our function. */
  readonly #byRow = new Map<number, number>();
  /** Name, file and module, as one number or text, to our function. */
  readonly #byIdentity = new Map<number | string, number>();
  readonly #name = new Uint32List();
  readonly #file = new Uint32List();
  readonly #module = new Uint32List();
  readonly #startLine = new Int32List();
  readonly #lostMappings = new Set<number>();
  readonly #nameless = new Set<number>();
  readonly #addresses = new NamelessAddresses();

  constructor(bytes: Uint8Array, tables: WireTables) {
    this.#bytes = bytes;
    this.#tables = tables;
    this.#packed = new Int32Array(tables.strings.count).fill(-1);
  }

  build(): Symbols {
    this.#checkNames();
    const frames = this.#buildFrames();
    const addresses = this.#addresses.column(this.#name.length, text => this.#packer.addText(text));
    return {
      strings: this.#packer.pack(),
      frames,
      functions: {
        count: this.#name.length,
        name: this.#name.copy(),
        file: this.#file.copy(),
        module: this.#module.copy(),
        startLine: this.#startLine.copy(),
        ...(addresses !== undefined && { addresses }),
      },
      warnings: this.#warnings(),
    };
  }

  #buildFrames(): FrameTable {
    const { lineStart, lineFunction, lineNumber, locationMapping } = this.#tables;
    const func = new Uint32Array(lineFunction.length);
    const inlined = new Uint8Array(lineFunction.length);
    for (let location = 0; location < locationMapping.length; location++) {
      const mappingRow = this.#mappingRow(location);
      const last = lineStart.get(location + 1) - 1;
      for (let line = lineStart.get(location); line <= last; line++) {
        func[line] = this.#functionOf(lineFunction.get(line), mappingRow);
        // All but the last line of a location were inlined into the one after (profile.proto, Location.line).
        if (line < last) inlined[line] = 1;
        if (this.#nameless.has(func[line]!)) this.#addresses.add(func[line]!, this.#address(location));
      }
    }
    return { count: lineFunction.length, func, line: lineNumber.copy(), inlined };
  }

  #functionOf(functionId: number, mappingRow: number): number {
    const { functionIds, mappingFile } = this.#tables;
    const row =
      functionId === NO_FUNCTION
        ? -1
        : functionId === 0
          ? functionIds.find(0)
          : functionIds.require(functionId, 'a line of a location');
    const key = (row + 1) * (mappingFile.length + 1) + mappingRow + 1;
    let func = this.#byRow.get(key);
    if (func === undefined) this.#byRow.set(key, (func = this.#intern(row, mappingRow)));
    return func;
  }

  #address(location: number): bigint {
    const { addressLow, addressHigh } = this.#tables;
    return (BigInt(addressHigh.get(location)) << 32n) | BigInt(addressLow.get(location));
  }

  /** The row of a location's mapping, -1 for none. */
  #mappingRow(location: number): number {
    const mapping = this.#tables.locationMapping.get(location);
    const row = mapping === 0 ? -1 : this.#tables.mappingIds.find(mapping);
    if (mapping !== 0 && row === -1) this.#lostMappings.add(mapping);
    return row;
  }

  #intern(row: number, mappingRow: number): number {
    const { functionName, functionSystemName, functionFile, functionStartLine, mappingFile } = this.#tables;
    const module = mappingRow === -1 ? 0 : this.#string(mappingFile.get(mappingRow));
    let name = 0;
    let file = 0;
    if (row !== -1) {
      name = this.#string(functionName.get(row)) || this.#string(functionSystemName.get(row));
      file = this.#string(functionFile.get(row));
    }
    const isNameless = name === 0;
    if (isNameless) name = this.#packer.addText(namelessFrame(this.#text(mappingRow)));
    const identity = this.#identity(name, file, module);
    let func = this.#byIdentity.get(identity);
    if (func === undefined) {
      func = this.#name.length;
      this.#byIdentity.set(identity, func);
      this.#name.push(name);
      this.#file.push(file);
      this.#module.push(module);
      this.#startLine.push(row === -1 ? 0 : functionStartLine.get(row));
    }
    if (isNameless) this.#nameless.add(func);
    return func;
  }

  /** File of a mapping row. */
  #text(mappingRow: number): string {
    const { strings, mappingFile } = this.#tables;
    const index = mappingRow === -1 ? 0 : mappingFile.get(mappingRow);
    return index === 0 ? '' : strings.text(index);
  }

  /** Text costs ten times as much, and is for tables whose size does not fit a double three times over. */
  #identity(name: number, file: number, module: number): number | string {
    // Ours are those of the file, the empty one, and a nameless one for each mapping and none.
    const size = this.#packed.length + this.#tables.mappingFile.length + 2;
    return size <= LARGEST_SIZE ? (name * size + file) * size + module : `${name} ${file} ${module}`;
  }

  #string(index: number): number {
    if (index === 0) return 0;
    let packed = this.#packed[index]!;
    if (packed === -1) {
      const { starts, ends } = this.#tables.strings;
      packed = this.#packer.add(this.#bytes, starts.get(index), ends.get(index));
      this.#packed[index] = packed;
    }
    return packed;
  }

  /** Also of rows that are not used: a file that points nowhere is damaged. */
  #checkNames(): void {
    const { strings, functionName, functionSystemName, functionFile, mappingFile } = this.#tables;
    const columns = [
      [functionName, 'the name of function row'],
      [functionSystemName, 'the system name of function row'],
      [functionFile, 'the file of function row'],
      [mappingFile, 'the file of mapping row'],
    ] as const;
    for (const [column, what] of columns)
      column.view().forEach((index, row) => {
        // Without a table, index 0 is the empty string all the same.
        if (index > 0 && index >= strings.count) strings.check(index, `${what} ${row + 1}`);
      });
  }

  #warnings(): Sentence[] {
    const { functionZero, mappingsMissing } = PROFILE_WARNING_TEXTS;
    const warnings: Sentence[] = [];
    const zero = this.#tables.functionIds.find(0);
    if (zero !== -1) {
      const name = this.#tables.functionName.get(zero);
      warnings.push(sentence(functionZero, name === 0 ? UNKNOWN_FUNCTION : this.#tables.strings.text(name)));
    }
    if (this.#lostMappings.size > 0) warnings.push(sentence(mappingsMissing, this.#lostMappings.size));
    return warnings;
  }
}
