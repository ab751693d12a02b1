/** Protobuf messages written by hand, for tests of what no encoder would write. */

/** A varint; negative numbers as protobuf writes them, in ten bytes. */
export function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** A field: a number as varint, text or bytes with their length. */
export function field(number: number, value: number | bigint | string | readonly number[]): number[] {
  if (typeof value === 'number' || typeof value === 'bigint')
    return [...varint(number << 3), ...varint(value)];
  const bytes = typeof value === 'string' ? [...new TextEncoder().encode(value)] : value;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

export function message(...fields: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(fields.flat());
}

/** A packed repeated field. */
export function packed(number: number, values: readonly (number | bigint)[]): number[] {
  return field(number, values.flatMap(varint));
}

/** The string table of a message; the empty string first. */
export function stringTable(...strings: readonly string[]): number[] {
  return ['', ...strings].flatMap(text => field(6, text));
}
