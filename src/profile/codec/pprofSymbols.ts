/**
 * Functions, frames and strings of the model from the wire's tables: a function of ours is a name in a file of a module,
 * and only the strings that functions use are kept (a profile's string table also holds labels, units and comments).
 */
import { corruptFile } from '../fileErrors.js';
import { Int32List, Uint32List } from '../growingArrays.js';
import { UNKNOWN_FUNCTION, type FrameTable, type FunctionTable, type PackedStrings } from '../model.js';
import { StringPacker } from '../packedStrings.js';
import type { WireTables } from './pprofTables.js';

export interface Symbols {
  readonly strings: PackedStrings;
  readonly functions: FunctionTable;
  readonly frames: FrameTable;
  readonly warnings: readonly string[];
}

/** @throws TriageError `file-corrupt` where a line names a function, or a name a string, that does not exist. */
export function buildSymbols(bytes: Uint8Array, tables: WireTables): Symbols {
  return new SymbolBuilder(bytes, tables).build();
}

class SymbolBuilder {
  readonly #bytes: Uint8Array;
  readonly #tables: WireTables;
  readonly #packer = new StringPacker();
  readonly #unknownName = this.#packer.addText(UNKNOWN_FUNCTION);
  /** The file's string index to ours. */
  readonly #packed = new Map<number, number>();
  /** `function row, mapping id` to our function. */
  readonly #byRow = new Map<number, number>();
  /** `name file module` to our function. */
  readonly #byIdentity = new Map<string, number>();
  readonly #name = new Uint32List();
  readonly #file = new Uint32List();
  readonly #module = new Uint32List();
  readonly #startLine = new Int32List();
  readonly #lostMappings = new Set<number>();

  constructor(bytes: Uint8Array, tables: WireTables) {
    this.#bytes = bytes;
    this.#tables = tables;
  }

  build(): Symbols {
    this.#checkUnusedNames();
    const frames = this.#buildFrames();
    return {
      strings: this.#packer.pack(),
      frames,
      functions: {
        count: this.#name.length,
        name: this.#name.copy(),
        file: this.#file.copy(),
        module: this.#module.copy(),
        startLine: this.#startLine.copy(),
      },
      warnings: this.#warnings(),
    };
  }

  #buildFrames(): FrameTable {
    const { lineStart, lineFunction, lineNumber, locationMapping } = this.#tables;
    const func = new Uint32Array(lineFunction.length);
    const inlined = new Uint8Array(lineFunction.length);
    for (let location = 0; location < locationMapping.length; location++) {
      const mapping = locationMapping.get(location);
      const last = lineStart.get(location + 1) - 1;
      for (let line = lineStart.get(location); line <= last; line++) {
        func[line] = this.#functionOf(lineFunction.get(line), mapping);
        // All but the last line of a location were inlined into the one after (profile.proto, Location.line).
        if (line < last) inlined[line] = 1;
      }
    }
    return { count: lineFunction.length, func, line: lineNumber.copy(), inlined };
  }

  #functionOf(functionId: number, mapping: number): number {
    const { functionIds, mappingIds } = this.#tables;
    const row = functionId === 0 ? -1 : functionIds.require(functionId, 'a line of a location');
    const key = (row + 1) * 0x100000000 + mapping;
    let func = this.#byRow.get(key);
    if (func === undefined) {
      const mappingRow = mapping === 0 ? -1 : mappingIds.find(mapping);
      if (mapping !== 0 && mappingRow === -1) this.#lostMappings.add(mapping);
      this.#byRow.set(key, (func = this.#intern(row, mappingRow)));
    }
    return func;
  }

  #intern(row: number, mappingRow: number): number {
    const { functionName, functionSystemName, functionFile, functionStartLine, mappingFile } = this.#tables;
    const module = mappingRow === -1 ? 0 : this.#string(mappingFile.get(mappingRow), 'the file of a mapping');
    let name = 0;
    let file = 0;
    if (row !== -1) {
      name =
        this.#string(functionName.get(row), 'the name of a function') ||
        this.#string(functionSystemName.get(row), 'the system name of a function');
      file = this.#string(functionFile.get(row), 'the file of a function');
    }
    if (name === 0) name = this.#unknownName;
    const identity = `${name} ${file} ${module}`;
    let func = this.#byIdentity.get(identity);
    if (func === undefined) {
      func = this.#name.length;
      this.#byIdentity.set(identity, func);
      this.#name.push(name);
      this.#file.push(file);
      this.#module.push(module);
      this.#startLine.push(row === -1 ? 0 : functionStartLine.get(row));
    }
    return func;
  }

  #string(index: number, what: string): number {
    let packed = this.#packed.get(index);
    if (packed === undefined) {
      const { strings } = this.#tables;
      if (index !== 0 || strings.count > 0) strings.check(index, what);
      packed =
        index === 0 ? 0 : this.#packer.add(this.#bytes, strings.starts.get(index), strings.ends.get(index));
      this.#packed.set(index, packed);
    }
    return packed;
  }

  /** Rows nobody uses show nothing, but a file that points nowhere is damaged all the same. */
  #checkUnusedNames(): void {
    const { strings, functionName, functionSystemName, functionFile, mappingFile } = this.#tables;
    const count = Math.max(1, strings.count);
    for (const column of [functionName, functionSystemName, functionFile, mappingFile]) {
      const lost = column.view().findIndex(index => index >= count);
      if (lost !== -1)
        throw corruptFile(
          `row ${lost + 1} of the functions or mappings is named by string ${column.get(lost)}, and the file has ${strings.count} strings`,
        );
    }
  }

  #warnings(): string[] {
    const warnings: string[] = [];
    if (this.#tables.hasFunctionZero)
      warnings.push(
        `A function has the reserved id 0; frames that name it are shown as ${UNKNOWN_FUNCTION}.`,
      );
    if (this.#lostMappings.size > 0)
      warnings.push(`${this.#lostMappings.size} of the mappings that locations name are not in the file.`);
    return warnings;
  }
}
