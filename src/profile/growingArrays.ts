/** Typed arrays that grow by doubling, for tables whose length is not known beforehand. */

type TypedArray = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** A small profile's tables fit without growing. */
const FIRST_LENGTH = 1024;

abstract class GrowingArray<T extends TypedArray> {
  length = 0;
  #data: T;

  constructor() {
    this.#data = this.create(FIRST_LENGTH);
  }

  protected abstract create(length: number): T;

  push(value: number): void {
    if (this.length === this.#data.length) this.#grow();
    this.#data[this.length++] = value;
  }

  get(index: number): number {
    return this.#data[index]!;
  }

  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** The values pushed so far, as a view; invalid after the next push. */
  view(): T {
    return this.#data.subarray(0, this.length) as T;
  }

  /** The values pushed so far, in an array of their own. */
  copy(): T {
    return this.#data.slice(0, this.length) as T;
  }

  #grow(): void {
    const data = this.create(this.#data.length * 2);
    data.set(this.#data);
    this.#data = data;
  }
}

export class Uint8List extends GrowingArray<Uint8Array> {
  protected create(length: number): Uint8Array {
    return new Uint8Array(length);
  }
}

export class Int32List extends GrowingArray<Int32Array> {
  protected create(length: number): Int32Array {
    return new Int32Array(length);
  }
}

export class Uint32List extends GrowingArray<Uint32Array> {
  protected create(length: number): Uint32Array {
    return new Uint32Array(length);
  }
}

export class Float64List extends GrowingArray<Float64Array> {
  protected create(length: number): Float64Array {
    return new Float64Array(length);
  }
}
