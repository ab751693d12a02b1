/** ELF programs of a header and one or two segments, for what looks at programs and runs none (elf(5)). */

export interface ElfChoice {
  /** e_type: 2 a program, 3 one that may be loaded anywhere, 1 an object, 4 a core dump. */
  readonly type?: number;
  /** e_machine; 62: amd64. */
  readonly machine?: number;
  readonly bits?: 32 | 64;
  readonly isBig?: boolean;
  /** Asks for this loader. */
  readonly interpreter?: string;
  /** What the header says of their number. */
  readonly segments?: number;
}

const PT_LOAD = 1;
const PT_INTERP = 3;
const PATH_AT = 512;
/** Sizes of the headers, and offsets of fields in them. */
const LAYOUTS = {
  32: { header: 52, phoff: 28, phentsize: 42, phnum: 44, segment: 32, offset: 4, filesz: 16 },
  64: { header: 64, phoff: 32, phentsize: 54, phnum: 56, segment: 56, offset: 8, filesz: 32 },
} as const;
const USUAL = { type: 2, machine: 62, bits: 64, isBig: false } as const;

export function makeElf(choice: ElfChoice = {}): Uint8Array {
  const { type, machine, bits, isBig, interpreter, segments } = { ...USUAL, ...choice };
  const layout = LAYOUTS[bits];
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  const short = (at: number, value: number) => view.setUint16(at, value, !isBig);
  const wide = (at: number, value: number) =>
    bits === 64 ? view.setBigUint64(at, BigInt(value), !isBig) : view.setUint32(at, value, !isBig);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, bits / 32, isBig ? 2 : 1, 1]);
  short(16, type);
  short(18, machine);
  wide(layout.phoff, layout.header);
  short(layout.phentsize, layout.segment);
  short(layout.phnum, segments ?? (interpreter === undefined ? 1 : 2));
  view.setUint32(layout.header, PT_LOAD, !isBig);
  if (interpreter === undefined) return bytes;
  const at = layout.header + layout.segment;
  view.setUint32(at, PT_INTERP, !isBig);
  wide(at + layout.offset, PATH_AT);
  wide(at + layout.filesz, interpreter.length + 1);
  bytes.set(Buffer.from(interpreter), PATH_AT);
  return bytes;
}
