import { describe, expect, it } from 'vitest';
import { decodePprof } from '../../../../src/profile/codec/decodePprof.js';
import { FunctionNames } from '../../../../src/profile/functionNames.js';
import { stackRows } from '../../../support/profileRows.js';
import { field, message, packed, stringTable } from '../../../support/wire.js';

const strings = stringTable('cpu', 'nanoseconds', '/lib/libpthread-2.19.so', '[kernel.kallsyms]_text');
const types = field(1, [...field(1, 1), ...field(2, 2)]);
const sample = (locations: readonly number[]) => field(2, [...packed(1, locations), ...packed(2, [10])]);
const mapping = (id: number, file: number) => field(3, [...field(1, id), ...field(5, file)]);
const at = (id: number, module: number, address: bigint) =>
  field(4, [...field(1, id), ...field(2, module), ...field(3, address)]);
const pthread = '[libpthread-2.19.so]';

describe('a frame without a name', () => {
  it('is called by its module, and keeps its address', () => {
    const profile = decodePprof(
      message(
        types,
        sample([1, 2, 3, 4, 5]),
        mapping(1, 3),
        mapping(2, 4),
        at(1, 1, 0x7f0004n),
        at(2, 1, 0x7f0008n),
        at(3, 2, 0xffffffff81000010n),
        at(4, 0, 5n),
        at(5, 1, 9n),
        strings,
      ),
    );
    expect(stackRows(profile)).toEqual([`${pthread};<unknown>;[kernel.kallsyms];${pthread};${pthread} 10`]);
    const table = new FunctionNames(profile);
    const addresses = Array.from(table.distinct, name => [
      table.text(name),
      table.addresses(table.anyFunction(name)!),
    ]);
    expect(addresses).toEqual([
      [pthread, '0x7f0004, 0x7f0008, 0x9'],
      ['[kernel.kallsyms]', '0xffffffff81000010'],
      ['<unknown>', '0x5'],
    ]);
  });

  it('has eight addresses listed, and the rest counted', () => {
    const ids = Array.from({ length: 11 }, (_, index) => index + 1);
    const places = ids.map(id => at(id, 0, BigInt(id)));
    const profile = decodePprof(message(types, sample(ids), ...places, strings));
    expect(new FunctionNames(profile).addresses(0)).toBe('0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, … (+3)');
  });
});
