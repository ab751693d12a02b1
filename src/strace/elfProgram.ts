/**
 * What an ELF file says of where it runs: its machine, and whether it needs a loader. Reads headers only; whether the
 * program does what is hoped for shows when it runs. Layout: elf(5).
 */

export interface ElfProgram {
  /** As Go and Kubernetes name it (`amd64`); what they have no name for is told in numbers. */
  readonly architecture: string;
  /** The loader that it asks for (PT_INTERP); undefined: none, it is static. */
  readonly interpreter: string | undefined;
}

/** Of e_machine, bits and byte order: GOARCH, the words of status.nodeInfo.architecture. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  '3 32 little': '386',
  '8 32 big': 'mips',
  '8 32 little': 'mipsle',
  '8 64 big': 'mips64',
  '8 64 little': 'mips64le',
  '21 64 big': 'ppc64',
  '21 64 little': 'ppc64le',
  '22 64 big': 's390x',
  '40 32 little': 'arm',
  '62 64 little': 'amd64',
  '183 64 little': 'arm64',
  '243 64 little': 'riscv64',
  '258 64 little': 'loong64',
};

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
/** By EI_CLASS and EI_DATA. */
const BITS = [undefined, 32, 64] as const;
const ORDERS = [undefined, 'little', 'big'] as const;
const ET_EXEC = 2;
/** Position-independent programs, and libraries. */
const ET_DYN = 3;
const PT_INTERP = 3;
/** Offsets of the fields that differ between 32 and 64 bits. */
const LAYOUTS = {
  32: { headerBytes: 52, phoff: 28, phentsize: 42, phnum: 44, offset: 4, filesz: 16 },
  64: { headerBytes: 64, phoff: 32, phentsize: 54, phnum: 56, offset: 8, filesz: 32 },
} as const;
/** PATH_MAX. */
const LONGEST_INTERPRETER = 4096;

/** Undefined for what is no ELF program, or one whose headers are cut off. */
export function parseElfProgram(bytes: Uint8Array): ElfProgram | undefined {
  const format = readFormat(bytes);
  if (format === undefined || bytes.length < LAYOUTS[format.bits].headerBytes) return undefined;
  const { bits, order } = format;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = order === 'little';
  const type = view.getUint16(16, isLittle);
  if (type !== ET_EXEC && type !== ET_DYN) return undefined;
  const segments = readSegments(view, bits, isLittle);
  if (segments === undefined) return undefined;
  const machine = view.getUint16(18, isLittle);
  const interpreter = segments.find(segment => segment.type === PT_INTERP);
  return {
    architecture:
      ARCHITECTURES[`${machine} ${bits} ${order}`] ?? `ELF machine ${machine}, ${bits} bits, ${order} endian`,
    interpreter: interpreter === undefined ? undefined : readPath(bytes, interpreter),
  };
}

interface Format {
  readonly bits: 32 | 64;
  readonly order: 'little' | 'big';
}

/** e_ident. */
function readFormat(bytes: Uint8Array): Format | undefined {
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return undefined;
  const bits = BITS[bytes[4] ?? 0];
  const order = ORDERS[bytes[5] ?? 0];
  return bits === undefined || order === undefined ? undefined : { bits, order };
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Undefined where one lies outside of the file. A program has at least one. */
function readSegments(view: DataView, bits: 32 | 64, isLittle: boolean): readonly Segment[] | undefined {
  const layout = LAYOUTS[bits];
  const wide = (at: number): number =>
    bits === 64 ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle);
  const start = wide(layout.phoff);
  const size = view.getUint16(layout.phentsize, isLittle);
  const count = view.getUint16(layout.phnum, isLittle);
  const isWhole = count > 0 && size >= layout.filesz + bits / 8 && start + size * count <= view.byteLength;
  if (!isWhole) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: view.getUint32(at, isLittle),
      offset: wide(at + layout.offset),
      bytes: wide(at + layout.filesz),
    };
  });
}

/** Ends in a zero byte. */
function readPath(bytes: Uint8Array, { offset, bytes: length }: Segment): string {
  const path = bytes.subarray(offset, offset + Math.min(length, LONGEST_INTERPRETER));
  return new TextDecoder().decode(path).split('\0', 1)[0] ?? '';
}
