/**
 * Reads the protobuf wire format (https://protobuf.dev/programming-guides/encoding/) from a byte array, checking every
 * length. Knows nothing of profiles. A field that runs over the end of the file is `file-truncated`, one that runs over
 * the end of the message around it, or is no legal field, `file-corrupt`.
 */
import { corruptFile, truncatedFile } from '../fileErrors.js';
import type { TriageError } from '../../base/errors.js';

export const VARINT = 0;
const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** A varint of 64 bits has at most this many bytes. */
const MAX_VARINT_BYTES = 10;
const TWO_32 = 4294967296;

export class WireReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** End of the message being read. */
  limit: number;
  /** What is being read, for errors: `a sample`, `a location`. */
  place = 'a field';
  /** The last varint, as two unsigned halves. */
  low = 0;
  high = 0;
  /** Of the last tag. */
  field = 0;
  wireType = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.limit = bytes.length;
  }

  /** Reads a field's tag; false at the end of the message. */
  nextField(): boolean {
    if (this.position >= this.limit) return false;
    this.varint();
    if (this.high !== 0) throw corruptFile(`a field number is beyond 2^29 in ${this.place}`);
    this.field = this.low >>> 3;
    this.wireType = this.low & 7;
    if (this.field === 0) throw corruptFile(`field number 0 in ${this.place}, at byte ${this.position}`);
    return true;
  }

  /** Reads a varint into low and high; returns it as a double, exact below 2^53. */
  varint(): number {
    const byte = this.bytes[this.position]!;
    if (byte < 0x80 && this.position < this.limit) {
      this.position++;
      this.low = byte;
      this.high = 0;
      return byte;
    }
    return this.#shortVarint();
  }

  /** Two to four bytes, the lengths and values of most profiles; else leaves it to the careful way. */
  #shortVarint(): number {
    const { bytes, position } = this;
    if (position + 4 > this.limit) return this.#longVarint();
    const second = bytes[position + 1]!;
    let low = (bytes[position]! & 0x7f) | ((second & 0x7f) << 7);
    let length = 2;
    if (second > 0x7f) {
      const third = bytes[position + 2]!;
      low |= (third & 0x7f) << 14;
      length = 3;
      if (third > 0x7f) {
        const fourth = bytes[position + 3]!;
        if (fourth > 0x7f) return this.#longVarint();
        low |= fourth << 21;
        length = 4;
      }
    }
    this.position = position + length;
    this.low = low;
    this.high = 0;
    return low;
  }

  #longVarint(): number {
    let low = 0;
    let high = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      if (this.position >= this.limit) throw this.#overrun();
      const byte = this.bytes[this.position++]!;
      const payload = byte & 0x7f;
      if (i < 4) low |= payload << (7 * i);
      else if (i > 4) high |= payload << (7 * i - 32);
      else {
        low |= payload << 28;
        high = payload >>> 4;
      }
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return this.high * TWO_32 + this.low;
      }
    }
    throw corruptFile(`a number of more than ${MAX_VARINT_BYTES} bytes in ${this.place}`);
  }

  /** The value of a varint field as int64: the nearest double, exact below 2^53. `what` names it in errors. */
  int64(what: string): number {
    this.expect(VARINT, what);
    this.varint();
    return this.signed();
  }

  /** The last varint as int64: the nearest double, exact below 2^53. */
  signed(): number {
    // Both products are exact, so that the sum is rounded once.
    return (this.high | 0) * TWO_32 + this.low;
  }

  /** The last varint as uint64. */
  unsigned64(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** The value of a varint field as an index of a table: exact, as no table has 2^53 rows. */
  index(what: string): number {
    const value = this.int64(what);
    if (value < 0 || !Number.isSafeInteger(value))
      throw corruptFile(`${what} is ${BigInt.asIntN(64, this.unsigned64())}`);
    return value;
  }

  /** Reads the length of a length-delimited field and returns where it ends. The caller reads from `position`. */
  lengthEnd(what: string): number {
    this.expect(LENGTH_DELIMITED, what);
    const length = this.varint();
    if (length > this.limit - this.position) throw this.#overrun();
    return this.position + length;
  }

  /** Calls `read` for each value of a repeated number, packed or not. */
  repeated(what: string, read: () => void): void {
    if (this.wireType === VARINT) {
      this.varint();
      read();
      return;
    }
    const outer = this.limit;
    this.limit = this.lengthEnd(what);
    while (this.position < this.limit) {
      this.varint();
      read();
    }
    this.limit = outer;
  }

  /** Runs `read` for each field of the message that begins here. */
  message(what: string, read: () => void): void {
    const outer = this.limit;
    const outerPlace = this.place;
    this.place = what;
    this.limit = this.lengthEnd(what);
    while (this.nextField()) read();
    this.limit = outer;
    this.place = outerPlace;
  }

  /** Steps over a field we do not know. */
  skip(): void {
    switch (this.wireType) {
      case VARINT:
        this.varint();
        return;
      case FIXED64: {
        this.#advance(8);
        return;
      }
      case LENGTH_DELIMITED:
        this.position = this.lengthEnd(this.place);
        return;
      case FIXED32: {
        this.#advance(4);
        return;
      }
      default:
        throw corruptFile(`wire type ${this.wireType} in ${this.place}, at byte ${this.position}`);
    }
  }

  expect(wireType: number, what: string): void {
    if (this.wireType !== wireType)
      throw corruptFile(`${what} has wire type ${this.wireType} in place of ${wireType}`);
  }

  #advance(count: number): void {
    if (count > this.limit - this.position) throw this.#overrun();
    this.position += count;
  }

  #overrun(): TriageError {
    if (this.limit === this.bytes.length) return truncatedFile(this.place);
    return corruptFile(`a field runs over the end of ${this.place}, at byte ${this.position}`);
  }
}
