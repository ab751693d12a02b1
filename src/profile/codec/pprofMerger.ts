/**
 * Several pprofs of one process to one, by the rules of Go's profile.Merge (google/pprof, profile/merge.go): samples of
 * the same stack and labels are added, durations too, the time is the earliest and the period the largest. Mappings,
 * locations, functions, labels, columns and comments survive. pprof-format is the codec: what comes out is standard.
 */
import {
  Function as PprofFunction,
  Location,
  Mapping,
  Profile,
  Sample,
  StringTable,
  ValueType,
  type Label,
  type Line,
} from 'pprof-format';
import { corruptFile } from '../fileErrors.js';
import { decodePprof } from './decodePprof.js';

type Numeric = number | bigint;

const NANOS_PER_MS = 1e6;

/** Sizes of mappings are compared rounded up to whole pages, as Go does. */
const PAGE = 0x1000n;

/** int64 fields come out of pprof-format unsigned. */
function signed(value: Numeric): bigint {
  return BigInt.asIntN(64, BigInt(value));
}

function unsigned(value: Numeric): bigint {
  return BigInt.asUintN(64, BigInt(value));
}

interface MappedMapping {
  readonly id: number;
  /** What is added to an address of the slice to stand in the merged mapping (address space randomization). */
  readonly shift: bigint;
  readonly start: bigint;
}

/** Add the slices in order, then encode. */
export class PprofMerger {
  readonly #strings = new StringTable();
  readonly #merged = new Profile({ stringTable: this.#strings });
  readonly #mappings = new Map<string, Mapping>();
  readonly #locations = new Map<string, number>();
  readonly #functions = new Map<string, number>();
  readonly #samples = new Map<string, Sample>();
  readonly #comments = new Set<string>();
  #isFirst = true;
  #keyCharacters = 0;
  #locationCount = 0;

  /**
   * `raw`: a profile.proto message, not gzipped.
   * @throws TriageError where it is damaged (as decodePprof does), and `file-corrupt` where its sample types are not
   *   those of the first; nothing of it is added then
   */
  add(raw: Uint8Array): void {
    // pprof-format reads a damaged message without a word; our own decoder does not.
    const { samples } = decodePprof(raw);
    const slice = Profile.decode(raw);
    if (slice.sample.length !== samples.count)
      throw corruptFile('it has fields that cannot be merged without loss');
    if (this.#isFirst) this.#takeTypes(slice);
    else this.#checkTypes(slice);
    this.#isFirst = false;
    this.#addHeader(slice);
    new SliceMapper(slice, this).addSamples();
  }

  /** Different stacks with values other than zero. */
  get sampleCount(): number {
    return this.#merged.sample.length;
  }

  /** Of the earliest slice, in milliseconds since 1970; 0 where none says. */
  get timeMs(): number {
    return Number(signed(this.#merged.timeNanos)) / NANOS_PER_MS;
  }

  /** What V8 holds for it, roughly: objects and names of some hundred bytes each, a byte for a key's character, eight for an id. */
  get heldBytes(): number {
    const { sample, location, function: functions } = this.#merged;
    const objects = sample.length + location.length * 2 + functions.length + this.#strings.strings.length;
    return objects * 300 + this.#keyCharacters + this.#locationCount * 8;
  }

  /** The merged message, not gzipped; more may be added afterwards. */
  encode(): Uint8Array {
    this.#merged.comment = [...this.#comments].map(comment => this.#strings.dedup(comment));
    return this.#merged.encode();
  }

  #takeTypes(slice: Profile): void {
    const copyType = ({ type, unit }: ValueType) =>
      ValueType.create({ type: this.text(slice, type), unit: this.text(slice, unit) });
    this.#merged.sampleType = slice.sampleType.map(copyType);
    if (slice.periodType !== undefined) this.#merged.periodType = copyType(slice.periodType);
  }

  #checkTypes(slice: Profile): void {
    const expected = describeTypes(this.#merged);
    const found = describeTypes(slice);
    if (expected !== found)
      throw corruptFile(`its sample types are ${found}, those of the first are ${expected}`);
  }

  #addHeader(slice: Profile): void {
    const merged = this.#merged;
    const time = signed(slice.timeNanos);
    if (time !== 0n && (merged.timeNanos === 0 || time < signed(merged.timeNanos))) merged.timeNanos = time;
    merged.durationNanos = signed(merged.durationNanos) + signed(slice.durationNanos);
    const period = signed(slice.period);
    if (period > signed(merged.period)) merged.period = period;
    merged.defaultSampleType ||= this.text(slice, slice.defaultSampleType);
    merged.docUrl ||= this.text(slice, slice.docUrl);
    merged.dropFrames ||= this.text(slice, slice.dropFrames);
    merged.keepFrames ||= this.text(slice, slice.keepFrames);
    for (const comment of slice.comment) this.#comments.add(textOf(slice, comment));
  }

  /** Index in the merged strings of a slice's string. */
  text(slice: Profile, index: Numeric): number {
    return this.#strings.dedup(textOf(slice, index));
  }

  mapping(slice: Profile, source: Mapping): MappedMapping {
    const start = unsigned(source.memoryStart);
    const size = unsigned(source.memoryLimit) - start;
    const pages = (size + PAGE - 1n) / PAGE;
    const name = textOf(slice, source.buildId) || textOf(slice, source.filename);
    const key = JSON.stringify([String(pages), String(source.fileOffset), name]);
    let mapping = this.#mappings.get(key);
    if (mapping === undefined) {
      mapping = Mapping.create({
        id: this.#merged.mapping.length + 1,
        memoryStart: source.memoryStart,
        memoryLimit: source.memoryLimit,
        fileOffset: source.fileOffset,
        hasFunctions: source.hasFunctions,
        hasFilenames: source.hasFilenames,
        hasLineNumbers: source.hasLineNumbers,
        hasInlineFrames: source.hasInlineFrames,
        filename: this.text(slice, source.filename),
        buildId: this.text(slice, source.buildId),
      });
      this.#merged.mapping.push(mapping);
      this.#mappings.set(key, mapping);
    }
    return { id: Number(mapping.id), start, shift: unsigned(mapping.memoryStart) - start };
  }

  location(source: Location, mapping: MappedMapping | undefined, lines: readonly Line[]): number {
    const address = unsigned(source.address);
    const lineKeys = lines.map(({ functionId, line, column }) => `${functionId}:${line}:${column}`);
    const key = [mapping?.id ?? 0, address - (mapping?.start ?? 0n), source.isFolded, ...lineKeys].join(' ');
    return idOf(this.#locations, key, id => {
      this.#merged.location.push(
        Location.create({
          id,
          mappingId: mapping?.id ?? 0,
          address: unsigned(address + (mapping?.shift ?? 0n)),
          line: [...lines],
          isFolded: source.isFolded,
        }),
      );
    });
  }

  function(slice: Profile, source: PprofFunction): number {
    const name = this.text(slice, source.name);
    const systemName = this.text(slice, source.systemName);
    const filename = this.text(slice, source.filename);
    const { startLine } = source;
    return idOf(this.#functions, `${name} ${systemName} ${filename} ${startLine}`, id => {
      this.#merged.function.push(PprofFunction.create({ id, name, systemName, filename, startLine }));
    });
  }

  sample(locationIds: readonly number[], values: readonly bigint[], labels: readonly Label[]): void {
    const labelKeys = labels.map(({ key, str, num, numUnit }) => `${key}:${str}:${num}:${numUnit}`).sort();
    const key = `${locationIds.join(' ')}|${labelKeys.join(' ')}`;
    const known = this.#samples.get(key);
    if (known !== undefined) {
      known.value = known.value.map((value, type) => signed(value) + values[type]!);
      return;
    }
    const sample = Sample.create({ locationId: [...locationIds], value: [...values], label: [...labels] });
    this.#merged.sample.push(sample);
    this.#samples.set(key, sample);
    this.#keyCharacters += key.length;
    this.#locationCount += locationIds.length;
  }
}

/** Takes the rows of one slice over when samples first use them, and remembers where they went. */
class SliceMapper {
  readonly #slice: Profile;
  readonly #merger: PprofMerger;
  readonly #mappings = new Map<bigint, MappedMapping>();
  readonly #functions = new Map<bigint, number>();
  readonly #locations: ReadonlyMap<bigint, Location>;
  readonly #locationIds = new Map<bigint, number>();

  constructor(slice: Profile, merger: PprofMerger) {
    this.#slice = slice;
    this.#merger = merger;
    this.#locations = new Map(slice.location.map(location => [unsigned(location.id), location]));
    // All of them, so that an empty profile still says of which binary it is; the first stays first.
    for (const mapping of slice.mapping)
      this.#mappings.set(unsigned(mapping.id), merger.mapping(slice, mapping));
    for (const source of slice.function)
      this.#functions.set(unsigned(source.id), merger.function(slice, source));
  }

  addSamples(): void {
    for (const sample of this.#slice.sample) {
      const values = sample.value.map(signed);
      // profile.Merge drops them as well.
      if (values.every(value => value === 0n)) continue;
      this.#merger.sample(
        sample.locationId.map(id => this.#location(unsigned(id))),
        values,
        sample.label.map(label => this.#label(label)),
      );
    }
  }

  #location(id: bigint): number {
    let merged = this.#locationIds.get(id);
    if (merged === undefined) {
      const source = this.#locations.get(id)!;
      for (const line of source.line) line.functionId = this.#functions.get(unsigned(line.functionId)) ?? 0;
      merged = this.#merger.location(source, this.#mappings.get(unsigned(source.mappingId)), source.line);
      this.#locationIds.set(id, merged);
    }
    return merged;
  }

  #label(label: Label): Label {
    label.key = this.#merger.text(this.#slice, label.key);
    label.str = this.#merger.text(this.#slice, label.str);
    label.numUnit = this.#merger.text(this.#slice, label.numUnit);
    label.num = signed(label.num);
    return label;
  }
}

/** The id known by `key`, or the next one, which `add` is told. */
function idOf(ids: Map<string, number>, key: string, add: (id: number) => void): number {
  let id = ids.get(key);
  if (id === undefined) {
    id = ids.size + 1;
    ids.set(key, id);
    add(id);
  }
  return id;
}

function textOf(profile: Profile, index: Numeric): string {
  return profile.stringTable.strings[Number(index)] ?? '';
}

function describeTypes(profile: Profile): string {
  const describe = ({ type, unit }: ValueType) => `${textOf(profile, type)}/${textOf(profile, unit)}`;
  const period = profile.periodType === undefined ? '' : ` per ${describe(profile.periodType)}`;
  return profile.sampleType.map(describe).join(' ') + period;
}
