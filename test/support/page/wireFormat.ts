/**
 * A load outcome as one block of bytes: JSON in which typed arrays are places in what follows. It takes the part that
 * VS Code's own transport has in the real editor, for the page harness.
 */
const KINDS = { Uint8Array, Uint32Array, Int32Array, Float64Array } as const;
type Kind = keyof typeof KINDS;

interface Place {
  readonly $array: Kind;
  readonly offset: number;
  readonly length: number;
}

/** Every array begins at a multiple of this, so that none has to be copied. */
const ALIGNMENT = 8;
const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

export function packOutcome(outcome: unknown): Uint8Array {
  const arrays: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let used = 0;
  const json = JSON.stringify(outcome, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const kind = value.constructor.name as Kind;
    const place: Place = { $array: kind, offset: used, length: bytes.length / KINDS[kind].BYTES_PER_ELEMENT };
    arrays.push({ offset: used, bytes });
    used = align(used + bytes.length);
    return place;
  });
  const head = new TextEncoder().encode(json);
  const start = align(4 + head.length);
  const packed = new Uint8Array(start + used);
  new DataView(packed.buffer).setUint32(0, head.length);
  packed.set(head, 4);
  for (const { offset, bytes } of arrays) packed.set(bytes, start + offset);
  return packed;
}

export function unpackOutcome(packed: ArrayBuffer): unknown {
  const length = new DataView(packed).getUint32(0);
  const start = align(4 + length);
  return JSON.parse(new TextDecoder().decode(new Uint8Array(packed, 4, length)), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$array' in value)) return value;
    const { $array, offset, length: count } = value as Place;
    return new KINDS[$array](packed, start + offset, count);
  });
}
