/**
 * Reads the `sample` messages of a pprof straight into a SampleTable: the hot loop of the decoder, where nearly all bytes
 * of a large profile are. Locations, strings and sample types must be known already.
 */
import { TriageError } from '../../base/errors.js';
import { corruptFile } from '../fileErrors.js';
import type { SampleTable } from '../model.js';
import type { IdMap, StringPlaces } from './pprofTables.js';
import { LENGTH_DELIMITED, VARINT, type WireReader } from './wireReader.js';

/** A few bytes may stand for millions of frames (one location with a million lines, named again and again). */
const MAX_FRAMES = 1 << 29;

export interface SampleContext {
  readonly typeCount: number;
  readonly locationIds: IdMap;
  /** Frames of location row r: lineStart[r] up to lineStart[r + 1], innermost first. */
  readonly lineStart: Uint32Array;
  readonly strings: StringPlaces;
}

export class SampleReader {
  readonly #reader: WireReader;
  readonly #context: SampleContext;
  readonly #denseRows: Int32Array;
  readonly #frameStart: Uint32Array;
  readonly #values: Float64Array;
  #frames: Uint32Array;
  #frameCount = 0;
  #sample = 0;
  #valueCount = 0;

  constructor(reader: WireReader, sampleCount: number, context: SampleContext) {
    this.#reader = reader;
    this.#context = context;
    this.#denseRows = context.locationIds.denseRows();
    this.#frameStart = new Uint32Array(sampleCount + 1);
    this.#values = new Float64Array(sampleCount * context.typeCount);
    this.#frames = new Uint32Array(Math.max(1024, sampleCount * 16));
  }

  /** Reads the message whose fields stand in [start, end). */
  read(start: number, end: number): void {
    const reader = this.#reader;
    reader.place = `sample ${this.#sample + 1}`;
    reader.position = start;
    reader.limit = end;
    this.#valueCount = 0;
    while (reader.nextField()) {
      if (reader.field === 1) this.#readLocations();
      else if (reader.field === 2) reader.repeated('a sample value', this.#readValue);
      else if (reader.field === 3) this.#readLabel();
      else reader.skip();
    }
    if (this.#valueCount !== this.#context.typeCount) throw this.#wrongValueCount();
    // The file has the innermost frame first, our stacks grow from the root.
    this.#frames.subarray(this.#frameStart[this.#sample], this.#frameCount).reverse();
    this.#frameStart[++this.#sample] = this.#frameCount;
  }

  table(): SampleTable {
    return {
      count: this.#sample,
      frameStart: this.#frameStart,
      frames: this.#frames.subarray(0, this.#frameCount),
      values: this.#values,
    };
  }

  #readLocations(): void {
    const reader = this.#reader;
    if (reader.wireType === VARINT) {
      reader.varint();
      this.#addLocation(this.#context.locationIds.normalize(reader));
      return;
    }
    reader.expect(LENGTH_DELIMITED, 'the stack of a sample');
    const outer = reader.limit;
    const end = reader.lengthEnd('the stack of a sample');
    reader.limit = end;
    this.#readPackedLocations(end);
    reader.limit = outer;
  }

  /** Ids of one and two bytes and locations of one frame, which are nearly all, are taken without a call. */
  #readPackedLocations(end: number): void {
    const reader = this.#reader;
    const { bytes } = reader;
    const { lineStart } = this.#context;
    const dense = this.#denseRows;
    while (reader.position < end) {
      const { position } = reader;
      const first = bytes[position]!;
      const second = bytes[position + 1]!;
      let id = -1;
      if (first < 0x80) {
        id = first;
        reader.position = position + 1;
      } else if (second < 0x80 && position + 1 < end) {
        id = (first & 0x7f) | (second << 7);
        reader.position = position + 2;
      } else {
        reader.varint();
        id = this.#context.locationIds.normalize(reader);
      }
      const row = id < dense.length ? dense[id]! : -1;
      if (row !== -1 && lineStart[row + 1]! - lineStart[row]! === 1 && this.#frameCount < this.#frames.length)
        this.#frames[this.#frameCount++] = lineStart[row]!;
      else this.#addLocation(id);
    }
  }

  #addLocation(id: number): void {
    const { locationIds, lineStart } = this.#context;
    const row = locationIds.require(id, this.#reader.place);
    const from = lineStart[row]!;
    const to = lineStart[row + 1]!;
    if (this.#frameCount + to - from > this.#frames.length) this.#growFrames(to - from);
    for (let frame = from; frame < to; frame++) this.#frames[this.#frameCount++] = frame;
  }

  #growFrames(more: number): void {
    const needed = this.#frameCount + more;
    if (needed > MAX_FRAMES)
      throw new TriageError(
        'file-too-large',
        `The stacks of the profile have more than ${MAX_FRAMES} frames.`,
        {
          facts: { limitBytes: MAX_FRAMES * Uint32Array.BYTES_PER_ELEMENT },
        },
      );
    const frames = new Uint32Array(Math.min(MAX_FRAMES, Math.max(needed, this.#frames.length * 2)));
    frames.set(this.#frames);
    this.#frames = frames;
  }

  readonly #readValue = (): void => {
    const { typeCount } = this.#context;
    if (this.#valueCount < typeCount)
      this.#values[this.#sample * typeCount + this.#valueCount] = this.#reader.signed(
        `a value of ${this.#reader.place}`,
      );
    this.#valueCount++;
  };

  #wrongValueCount(): TriageError {
    return corruptFile(
      `${this.#reader.place} has ${this.#valueCount} values for ${this.#context.typeCount} sample types`,
    );
  }

  /** Labels are not part of the model; a label that points nowhere would still break whoever merges the file. */
  #readLabel(): void {
    const reader = this.#reader;
    reader.message(reader.place, () => {
      if (reader.field === 3) reader.int64('a label');
      else if (reader.field <= 4) this.#context.strings.check(reader.index('a label'), 'a label');
      else reader.skip();
    });
  }
}
