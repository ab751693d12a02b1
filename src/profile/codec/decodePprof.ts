/**
 * Bytes of a profile.proto message (not gzipped) to a Profile. Written for speed, because decoding is where large
 * profiles lose their time: one pass over the file notes where the samples are and reads the tables, then the samples
 * go straight into typed arrays. Checked against pprof-format and `go tool pprof` on the same files by the tests.
 *
 * https://github.com/google/pprof/blob/main/proto/profile.proto is the format; the fields are named by their numbers.
 * Labels and columns are not part of the model; frames that drop_frames names are left out of it.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { corruptFile, emptyFile } from '../fileErrors.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import { Float64List } from '../growingArrays.js';
import { warnOfInexactValues } from '../inexactValues.js';
import type { Profile, SampleTable, SampleType } from '../model.js';
import { checkDuration } from '../duration.js';
import { pruneFrames } from './pruneFrames.js';
import { buildSymbols } from './pprofSymbols.js';
import { WireTables } from './pprofTables.js';
import { SampleReader } from './sampleReader.js';
import { WireReader } from './wireReader.js';

const NANOS_PER_MS = 1e6;
const TWO_32 = 4294967296;

/** String indexes of a ValueType. */
interface TypeIndexes {
  type: number;
  unit: number;
}

/** What the first pass gathers. */
interface Header {
  readonly tables: WireTables;
  readonly sampleTypes: TypeIndexes[];
  readonly sampleStart: Float64List;
  readonly sampleEnd: Float64List;
  readonly comments: number[];
  timeMs: number;
  durationNanos: number;
  periodType: TypeIndexes | undefined;
  period: number;
  defaultSampleType: number;
  /** String indexes of patterns, 0 for none. */
  dropFrames: number;
  keepFrames: number;
}

/**
 * @throws TriageError `file-empty`, `file-truncated`, or `file-corrupt` with the place in `facts.reason`: an index or id
 *   that points nowhere, a sample whose values do not fit the sample types, a broken field.
 */
export function decodePprof(bytes: Uint8Array): Profile {
  if (bytes.length === 0) throw emptyFile();
  const reader = new WireReader(bytes);
  const header = readHeader(reader);
  const { tables } = header;
  if (tables.strings.count > 0 && tables.strings.text(0) !== '')
    throw corruptFile('the first string is not empty');

  const sampleTypes = header.sampleTypes.map((type, index) =>
    textOfType(tables, type, `sample type ${index + 1}`),
  );
  const patterns = {
    drop: requireText(tables, header.dropFrames, 'drop_frames'),
    keep: requireText(tables, header.keepFrames, 'keep_frames'),
  };
  const pruned = pruneFrames(readSamples(reader, header), tables, patterns);
  const { samples } = pruned;
  const symbols = buildSymbols(bytes, tables);
  const warnings = [
    ...symbols.warnings,
    ...pruned.warnings,
    ...warnOfInexactValues(sampleTypes, samples.values),
  ];
  const { durationNanos, issue } = checkDuration(header.durationNanos);
  if (issue !== undefined) warnings.push(issue);
  return {
    format: 'pprof',
    sampleTypes,
    defaultSampleType: findDefaultType(header, sampleTypes, warnings),
    strings: symbols.strings,
    functions: symbols.functions,
    frames: symbols.frames,
    samples,
    timeMs: header.timeMs,
    durationNanos,
    period: header.period,
    periodType: header.periodType && textOfType(tables, header.periodType, 'the period type'),
    comments: header.comments.map(index => requireText(tables, index, 'a comment')),
    warnings,
  };
}

function readHeader(reader: WireReader): Header {
  const header: Header = {
    tables: new WireTables(reader.bytes),
    sampleTypes: [],
    sampleStart: new Float64List(),
    sampleEnd: new Float64List(),
    comments: [],
    timeMs: 0,
    durationNanos: 0,
    periodType: undefined,
    period: 0,
    defaultSampleType: 0,
    dropFrames: 0,
    keepFrames: 0,
  };
  while (reader.nextField()) {
    if (!readTable(reader, header)) readScalar(reader, header);
    reader.place = 'a field';
  }
  return header;
}

/** Reads a field of which there may be many; false where it is another one. */
function readTable(reader: WireReader, header: Header): boolean {
  const { tables } = header;
  switch (reader.field) {
    case 1:
      header.sampleTypes.push(readTypeIndexes(reader, 'a sample type'));
      return true;
    case 2:
      notePlace(reader, 'a sample', header.sampleStart, header.sampleEnd);
      return true;
    case 3:
      tables.readMapping(reader);
      return true;
    case 4:
      tables.readLocation(reader);
      return true;
    case 5:
      tables.readFunction(reader);
      return true;
    case 6:
      notePlace(reader, 'a string', tables.strings.starts, tables.strings.ends);
      return true;
    case 13:
      reader.repeated('a comment', () => header.comments.push(reader.signed()));
      return true;
    default:
      return false;
  }
}

function readScalar(reader: WireReader, header: Header): void {
  switch (reader.field) {
    case 7:
      header.dropFrames = reader.index('drop_frames');
      return;
    case 8:
      header.keepFrames = reader.index('keep_frames');
      return;
    case 9:
      // Nanoseconds since 1970 are beyond 2^53 by now; as milliseconds a double keeps them to the microsecond.
      reader.expect(0, 'the time');
      reader.varint();
      header.timeMs = (reader.high | 0) * (TWO_32 / NANOS_PER_MS) + reader.low / NANOS_PER_MS;
      return;
    case 10:
      header.durationNanos = reader.int64('the duration');
      return;
    case 11:
      header.periodType = readTypeIndexes(reader, 'the period type');
      return;
    case 12:
      header.period = reader.int64('the period');
      return;
    case 14:
      header.defaultSampleType = reader.index('the default sample type');
      return;
    default:
      reader.skip();
  }
}

function notePlace(reader: WireReader, what: string, starts: Float64List, ends: Float64List): void {
  reader.place = what;
  const end = reader.lengthEnd(what);
  starts.push(reader.position);
  ends.push(end);
  reader.position = end;
}

function readTypeIndexes(reader: WireReader, what: string): TypeIndexes {
  const indexes: TypeIndexes = { type: 0, unit: 0 };
  reader.message(what, () => {
    if (reader.field === 1) indexes.type = reader.index(what);
    else if (reader.field === 2) indexes.unit = reader.index(what);
    else reader.skip();
  });
  return indexes;
}

function readSamples(reader: WireReader, header: Header): SampleTable {
  const { tables, sampleStart, sampleEnd } = header;
  if (header.sampleTypes.length === 0)
    throw corruptFile(
      sampleStart.length === 0 ? 'it names no sample type' : 'it has samples and names no sample type',
    );
  const lastEnd = sampleStart.length === 0 ? 0 : sampleEnd.get(sampleStart.length - 1);
  const sampleBytes = sampleStart.length === 0 ? 0 : lastEnd - sampleStart.get(0);
  const samples = new SampleReader(reader, sampleStart.length, {
    typeCount: header.sampleTypes.length,
    locationIds: tables.locationIds,
    lineStart: tables.lineStart.view(),
    strings: tables.strings,
    // An id takes two bytes or more in all but small profiles.
    expectedFrames: Math.ceil(sampleBytes / 2),
  });
  for (let sample = 0; sample < sampleStart.length; sample++)
    samples.read(sampleStart.get(sample), sampleEnd.get(sample));
  return samples.table();
}

function requireText(tables: WireTables, index: number, what: string): string {
  // Without a table, index 0 is the empty string all the same.
  if (index === 0) return '';
  if (index < 0) throw corruptFile(`${what} is string ${index}`);
  tables.strings.check(index, what);
  return tables.strings.text(index);
}

function textOfType(tables: WireTables, indexes: TypeIndexes, what: string): SampleType {
  return {
    type: requireText(tables, indexes.type, what),
    unit: requireText(tables, indexes.unit, `the unit of ${what}`),
  };
}

/** By name, as `go tool pprof` takes it: the type named by default_sample_type, else the last. */
function findDefaultType(header: Header, sampleTypes: readonly SampleType[], warnings: Sentence[]): number {
  const last = sampleTypes.length - 1;
  if (header.defaultSampleType === 0) return last;
  const wanted = requireText(header.tables, header.defaultSampleType, 'the default sample type');
  const index = sampleTypes.findIndex(({ type }) => type === wanted);
  if (index !== -1) return index;
  warnings.push(sentence(PROFILE_WARNING_TEXTS.defaultTypeMissing, wanted));
  return last;
}
