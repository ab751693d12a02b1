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
  /** How many frames there will be, roughly: room for them is made at once. */
  readonly expectedFrames: number;
}

export class SampleReader {
  readonly #reader: WireReader;
  readonly #context: SampleContext;
  /** By location id, for the ids of the plain table: its first frame, or -1 where there is no such location. */
  readonly #firstFrame: Int32Array;
  /** And the one after its last. */
  readonly #endFrame: Int32Array;
  readonly #frameStart: Uint32Array;
  readonly #values: Float64Array;
  #frames: Uint32Array;
  #frameCount = 0;
  #sample = 0;
  #valueCount = 0;

  constructor(reader: WireReader, sampleCount: number, context: SampleContext) {
    this.#reader = reader;
    this.#context = context;
    const rows = context.locationIds.denseRows();
    this.#firstFrame = rows.map(row => (row === -1 ? -1 : context.lineStart[row]!));
    this.#endFrame = rows.map(row => (row === -1 ? -1 : context.lineStart[row + 1]!));
    this.#frameStart = new Uint32Array(sampleCount + 1);
    this.#values = new Float64Array(sampleCount * context.typeCount);
    this.#frames = new Uint32Array(Math.max(1024, context.expectedFrames));
  }

  /** Reads the message whose fields stand in [start, end). */
  read(start: number, end: number): void {
    const reader = this.#reader;
    reader.place = 'a sample';
    reader.position = start;
    reader.limit = end;
    this.#valueCount = 0;
    while (reader.nextField()) {
      if (reader.field === 1) this.#readLocations();
      else if (reader.field === 2) this.#readValues();
      else if (reader.field === 3) this.#readLabel();
      else reader.skip();
    }
    if (this.#valueCount !== this.#context.typeCount) throw this.#wrongValueCount();
    // The file has the innermost frame first, our stacks grow from the root.
    reverse(this.#frames, this.#frameStart[this.#sample]!, this.#frameCount);
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

  /**
   * Ids of up to three bytes, which are nearly all, are taken without a call, and the state is in local variables
   * meanwhile: this loop is where a large file spends its time.
   */
  #readPackedLocations(end: number): void {
    const reader = this.#reader;
    const { bytes } = reader;
    const firstFrame = this.#firstFrame;
    const endFrame = this.#endFrame;
    // A third byte that is not the last sets bit 21.
    const quickIds = Math.min(firstFrame.length, 1 << 21);
    let { position } = reader;
    this.#reserve(end - position);
    let frames = this.#frames;
    let count = this.#frameCount;
    while (position < end) {
      // Bytes behind `end` are looked at and not taken: an id that runs over is left to the careful path.
      let id = bytes[position]!;
      let next = position + 1;
      if (id > 0x7f) {
        id = (id & 0x7f) | ((bytes[next++]! & 0x7f) << 7);
        if (bytes[next - 1]! > 0x7f) id |= bytes[next++]! << 14;
      }
      const first = next <= end && id < quickIds ? firstFrame[id]! : -1;
      if (first !== -1) {
        const last = endFrame[id]!;
        // Room is there for one frame a byte; a location of many, where inlined calls are, must leave the others theirs.
        if (last - first === 1 || count + last - first + end - next <= frames.length) {
          for (let frame = first; frame < last; frame++) frames[count++] = frame;
          position = next;
          continue;
        }
      }
      this.#frameCount = count;
      reader.position = position;
      reader.varint();
      this.#addLocation(this.#context.locationIds.normalize(reader));
      ({ position } = reader);
      this.#reserve(end - position);
      frames = this.#frames;
      count = this.#frameCount;
    }
    this.#frameCount = count;
    reader.position = position;
  }

  #addLocation(id: number): void {
    const { locationIds, lineStart } = this.#context;
    let row = locationIds.find(id);
    if (row === -1) row = locationIds.require(id, this.#name());
    const from = lineStart[row]!;
    const to = lineStart[row + 1]!;
    this.#reserve(to - from);
    for (let frame = from; frame < to; frame++) this.#frames[this.#frameCount++] = frame;
  }

  #reserve(more: number): void {
    const needed = this.#frameCount + more;
    if (needed <= this.#frames.length) return;
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

  /** As `WireReader.repeated` does it, without a call back for each of a million values. */
  #readValues(): void {
    const reader = this.#reader;
    if (reader.wireType === VARINT) {
      reader.varint();
      this.#addValue();
      return;
    }
    const outer = reader.limit;
    reader.limit = reader.lengthEnd('a sample value');
    while (reader.position < reader.limit) {
      reader.varint();
      this.#addValue();
    }
    reader.limit = outer;
  }

  /** The reader's last varint. */
  #addValue(): void {
    const { typeCount } = this.#context;
    if (this.#valueCount < typeCount)
      this.#values[this.#sample * typeCount + this.#valueCount] = this.#reader.signed();
    this.#valueCount++;
  }

  /** Names are for errors: one made for each of a million samples would cost more than the samples. */
  #name(): string {
    return `sample ${this.#sample + 1}`;
  }

  #wrongValueCount(): TriageError {
    return corruptFile(
      `${this.#name()} has ${this.#valueCount} values for ${this.#context.typeCount} sample types`,
    );
  }

  /**
   * Labels are not part of the model, their numbers (time stamps, addresses, hashes) are passed over. A label that points
   * nowhere would still break programs that merge the file.
   */
  #readLabel(): void {
    const reader = this.#reader;
    reader.message(reader.place, () => {
      if (reader.field === 3) {
        reader.expect(VARINT, 'a label');
        reader.varint();
      } else if (reader.field <= 4) this.#context.strings.check(reader.index('a label'), 'a label');
      else reader.skip();
    });
  }
}

/** As Uint32Array.reverse on a part, without an object for each of a million samples. */
function reverse(array: Uint32Array, start: number, end: number): void {
  for (let i = start, j = end - 1; i < j; i++, j--) {
    const value = array[i]!;
    array[i] = array[j]!;
    array[j] = value;
  }
}
