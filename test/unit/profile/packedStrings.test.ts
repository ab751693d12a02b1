import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packStrings, StringPacker, StringReader } from '../../../src/profile/packedStrings.js';

describe('packed strings', () => {
  it('come back as they were put in', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), strings => {
        const reader = new StringReader(packStrings(strings));
        expect(strings.map((_, index) => reader.get(index))).toEqual(strings);
        expect(reader.count).toBe(strings.length);
      }),
    );
  });

  it('are stored once each by the packer, however many there are', () => {
    const packer = new StringPacker();
    const names = Array.from({ length: 3000 }, (_, index) => `name${index % 1000}`);
    const indexes = names.map(name => packer.addText(name));
    const packed = packer.pack();
    const reader = new StringReader(packed);
    expect(reader.count).toBe(1001);
    expect(reader.get(0)).toBe('');
    expect(indexes.map(index => reader.get(index))).toEqual(names);
  });

  it('keep bytes that are no UTF-8 and a byte order mark', () => {
    const packer = new StringPacker();
    const broken = packer.add(Uint8Array.of(0x61, 0xff), 0, 2);
    const marked = packer.add(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4);
    const reader = new StringReader(packer.pack());
    expect(reader.get(broken)).toBe('a\ufffd');
    expect(reader.get(marked)).toBe('\ufeffa');
  });
});
