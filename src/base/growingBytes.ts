/**
 * Bytes that come in pieces, collected into blocks: a piece costs its bytes and no object, so that a million pieces of a
 * byte are a megabyte (as an array of views they would be 130).
 */
const FIRST_BLOCK = 16 * 1024;
const LARGEST_BLOCK = 8 * 1024 * 1024;

export class GrowingBytes {
  private length = 0;
  private full: Uint8Array[] = [];
  private block = new Uint8Array(0);
  /** Of the block. */
  private used = 0;

  get byteLength(): number {
    return this.length;
  }

  /** Copies them: the piece's memory is free afterwards. */
  add(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.used === this.block.length) this.begin(rest.length);
      const part = rest.subarray(0, this.block.length - this.used);
      this.block.set(part, this.used);
      this.used += part.length;
      this.length += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** All of them, in order, in memory of their own; it is empty afterwards. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const block of this.full) {
      bytes.set(block, at);
      at += block.length;
    }
    bytes.set(this.block.subarray(0, this.used), at);
    this.full = [];
    this.block = new Uint8Array(0);
    this.used = 0;
    this.length = 0;
    return bytes;
  }

  private begin(wanted: number): void {
    if (this.used > 0) this.full.push(this.block);
    const size = Math.min(LARGEST_BLOCK, Math.max(FIRST_BLOCK, this.length, wanted));
    this.block = new Uint8Array(size);
    this.used = 0;
  }
}
