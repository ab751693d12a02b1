/**
 * The text of `go tool pprof -raw`, as profile.Profile.String of google/pprof writes it: types, samples as location
 * numbers, locations with their lines, mappings. Go 1.22 and later give lines as `file:line:column`, earlier ones as
 * `file:line`. Labels are passed over. Whatever a terminal put before the text (`Fetching profile over HTTP …`) too.
 */
import { assertNever } from '../../base/assertNever.js';
import { sentence, type Sentence } from '../../base/sentence.js';
import { corruptFile, truncatedFile } from '../fileErrors.js';
import { readCutDuration } from '../duration.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import { toNanoseconds } from '../format.js';
import type { FrameIndex, Profile, SampleType } from '../model.js';
import { parseValue, ProfileBuilder } from '../profileBuilder.js';
import { LineIssues } from './lineIssues.js';
import { parsePprofSourceLine } from './pprofSourceLine.js';
import { readLines } from './textLines.js';

type Section = 'header' | 'types' | 'samples' | 'locations' | 'mappings';

const HEADER_LINE = /^(Comment|PeriodType|Period|Time|Duration): ?(.*)$/;
const SAMPLE_LINE = /^\s*(-?\d+(?:\s+-?\d+)*): ?([\d ]*)$/;
const LOCATION_LINE = /^\s*(\d+): (0x[0-9a-f]+) ?(?:M=(\d+) ?)?(?:\[F\] ?)?(.*)/s;
/** A further line of the location above: the function it was inlined into. */
const MORE_LINES = /^ {10,}(\S.*)$/;
const MAPPING_LINE = /^(\d+): 0x[0-9a-f]+\/0x[0-9a-f]+\/0x[0-9a-f]+ (.*)$/;
/** Behind a mapping's file: the build id, and which of functions, files, lines and inlining it has. */
const MAPPING_TAIL = / [0-9a-zA-Z_\-/]*(?: (?:\[(?:FN|FL|LN|IN)\])*)?$/;
/** `0x` and 64 bits. */
const MAX_ADDRESS_LENGTH = 18;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)? ([+-]\d\d)(\d\d)/;

interface RawSample {
  readonly lineNumber: number;
  readonly values: readonly number[];
  /** Innermost first. */
  readonly locations: string;
}

interface RawLocation {
  /** Hexadecimal, with `0x`. */
  readonly address: string;
  readonly mapping: string | undefined;
  /** Innermost first; empty where the address has no symbol. */
  readonly lines: string[];
}

/**
 * @throws TriageError `file-truncated` where samples name locations after which the text ends, `file-corrupt` where the
 *   locations are complete and lack one, or values do not fit the sample types
 */
export function parsePprofRaw(bytes: Uint8Array): Profile {
  const text = new RawText();
  for (const line of readLines(bytes)) text.read(line);
  return text.build();
}

class RawText {
  #section: Section = 'header';
  #lineNumber = 0;
  #sampleTypes: SampleType[] = [];
  #defaultSampleType: number | undefined;
  #periodType: SampleType | undefined;
  #period = 0;
  #timeMs = 0;
  #duration = '';
  readonly #comments: string[] = [];
  readonly #samples: RawSample[] = [];
  readonly #locations = new Map<string, RawLocation>();
  #lastLocation: RawLocation | undefined;
  readonly #modules = new Map<string, string>();
  readonly #issues = new LineIssues('linesUnknown');

  read(line: string): void {
    this.#lineNumber++;
    if (line.trim() === '' || this.#isHeading(line)) return;
    switch (this.#section) {
      case 'header': {
        this.#readHeader(line);
        return;
      }
      case 'types': {
        this.#readTypes(line);
        return;
      }
      case 'samples': {
        this.#readSample(line);
        return;
      }
      case 'locations': {
        this.#readLocation(line);
        return;
      }
      case 'mappings': {
        this.#readMapping(line);
        return;
      }
      default:
        assertNever(this.#section);
    }
  }

  build(): Profile {
    const builder = new ProfileBuilder();
    const frames = new RawFrames(builder, this.#locations, this.#modules);
    for (const sample of this.#samples) {
      const stack: FrameIndex[] = [];
      for (const id of sample.locations.split(' ')) {
        if (id === '') continue;
        const located = frames.of(id);
        if (located === undefined) throw this.#lostLocation(sample, id);
        for (const frame of located) stack.push(frame);
      }
      builder.addSample(stack.reverse(), sample.values);
    }
    const { durationNanos, issue } = readCutDuration(this.#duration, this.#cpuNanos());
    return builder.build({
      format: 'pprof-raw',
      sampleTypes: this.#sampleTypes,
      defaultSampleType: this.#defaultSampleType ?? this.#sampleTypes.length - 1,
      timeMs: this.#timeMs,
      durationNanos,
      period: this.#period,
      periodType: this.#periodType,
      comments: this.#comments,
      warnings: [...this.#issues.warnings(), ...this.#endWarnings(), ...(issue === undefined ? [] : [issue])],
    });
  }

  /** CPU time of all samples, by their values or else by their number and the period; 0 where they say none. */
  #cpuNanos(): number {
    const sum = (type: number) => this.#samples.reduce((total, { values }) => total + values[type]!, 0);
    const time = this.#sampleTypes.findIndex(
      ({ type, unit }) => /cpu/i.test(type) && toNanoseconds(1, unit) !== undefined,
    );
    if (time !== -1) return toNanoseconds(sum(time), this.#sampleTypes[time]!.unit) ?? 0;
    const count = this.#sampleTypes.findIndex(({ type, unit }) => type === 'samples' && unit === 'count');
    const { type = '', unit = '' } = this.#periodType ?? {};
    return count === -1 || !/cpu/i.test(type) ? 0 : (toNanoseconds(sum(count) * this.#period, unit) ?? 0);
  }

  #isHeading(line: string): boolean {
    if (this.#section === 'header' && line === 'Samples:') this.#section = 'types';
    else if (this.#section === 'samples' && line === 'Locations') this.#section = 'locations';
    else if (this.#section === 'locations' && line === 'Mappings') this.#section = 'mappings';
    else return false;
    return true;
  }

  #readHeader(line: string): void {
    const [, key, value = ''] = HEADER_LINE.exec(line) ?? [];
    // Others are a terminal's own lines before the text, or `Doc:`.
    if (key === 'Comment') this.#comments.push(value);
    else if (key === 'Period') this.#period = parseValue(value) ?? 0;
    else if (key === 'Time') this.#timeMs = parseTime(value);
    else if (key === 'Duration') this.#duration = value.trim();
    else if (key === 'PeriodType') {
      const [type = '', unit = ''] = value.split(' ');
      this.#periodType = { type, unit };
    }
  }

  #readTypes(line: string): void {
    this.#sampleTypes = line
      .trim()
      .split(/\s+/)
      .map((word, index) => {
        if (word.endsWith('[dflt]')) this.#defaultSampleType ??= index;
        const plain = word.replace(/\[dflt\]$/, '');
        const slash = plain.lastIndexOf('/');
        if (slash === -1) throw corruptFile(`"${word}" in line ${this.#lineNumber} is no sample type`);
        return { type: plain.slice(0, slash), unit: plain.slice(slash + 1) };
      });
    this.#section = 'samples';
  }

  #readSample(line: string): void {
    const parts = SAMPLE_LINE.exec(line);
    if (parts === null) {
      // Labels stand on lines of their own, indented, as `key:[value]`.
      if (!/^\s+\S*:\[/.test(line)) this.#issues.add(this.#lineNumber, line);
      return;
    }
    const where = `line ${this.#lineNumber}`;
    const values = parts[1]!.split(/\s+/).map(word => parseValue(word) ?? 0);
    if (values.length !== this.#sampleTypes.length)
      throw corruptFile(`${where} has ${values.length} values for ${this.#sampleTypes.length} sample types`);
    this.#samples.push({ lineNumber: this.#lineNumber, values, locations: parts[2]! });
  }

  #readLocation(line: string): void {
    const parts = LOCATION_LINE.exec(line);
    if (parts !== null) {
      const rest = parts[4]!.trim();
      this.#lastLocation = { address: parts[2]!, mapping: parts[3], lines: rest === '' ? [] : [rest] };
      this.#locations.set(parts[1]!, this.#lastLocation);
      return;
    }
    const more = MORE_LINES.exec(line)?.[1];
    if (more === undefined || this.#lastLocation === undefined) this.#issues.add(this.#lineNumber, line);
    else this.#lastLocation.lines.push(more.trimEnd());
  }

  #readMapping(line: string): void {
    const parts = MAPPING_LINE.exec(line);
    if (parts === null) this.#issues.add(this.#lineNumber, line);
    else this.#modules.set(parts[1]!, parts[2]!.replace(MAPPING_TAIL, ''));
  }

  #lostLocation(sample: RawSample, id: string): Error {
    if (this.#section !== 'mappings') return truncatedFile('the list of locations');
    return corruptFile(`line ${sample.lineNumber} names location ${id}, which the file does not have`);
  }

  #endWarnings(): Sentence[] {
    if (this.#section === 'mappings') return [];
    if (this.#section === 'header' || this.#section === 'types') throw truncatedFile('the header');
    return [sentence(PROFILE_WARNING_TEXTS.listsCutOff)];
  }
}

/** Frames by location number, made when a sample first names it. */
class RawFrames {
  readonly #builder: ProfileBuilder;
  readonly #locations: ReadonlyMap<string, RawLocation>;
  readonly #modules: ReadonlyMap<string, string>;
  readonly #known = new Map<string, readonly FrameIndex[]>();

  constructor(
    builder: ProfileBuilder,
    locations: ReadonlyMap<string, RawLocation>,
    modules: ReadonlyMap<string, string>,
  ) {
    this.#builder = builder;
    this.#locations = locations;
    this.#modules = modules;
  }

  /** Innermost first; undefined where there is no such location. */
  of(id: string): readonly FrameIndex[] | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const location = this.#locations.get(id);
    if (location === undefined) return undefined;
    const module = location.mapping === undefined ? '' : (this.#modules.get(location.mapping) ?? '');
    const lines = location.lines.length === 0 ? ['??'] : location.lines;
    // All but the last were inlined into the one below.
    const frames = lines.map((line, index) => this.#frame(line, module, location, index < lines.length - 1));
    this.#known.set(id, frames);
    return frames;
  }

  #frame(text: string, module: string, { address: hex }: RawLocation, isInlined: boolean): FrameIndex {
    const address = hex.length <= MAX_ADDRESS_LENGTH ? BigInt(hex) : undefined;
    const source = parsePprofSourceLine(text);
    if (source !== undefined) {
      const { name, file, line, startLine } = source;
      const func = this.#builder.function({ name, file, module, startLine, address });
      return this.#builder.frame(func, line, isInlined);
    }
    const func = this.#builder.function({ name: text === '??' ? '' : text, module, address });
    return this.#builder.frame(func, 0, isInlined);
  }
}

/** `2026-11-23 10:10:19.623553515 +0000 UTC` (Go's Time.String) as epoch milliseconds; 0 where it is not that. */
function parseTime(text: string): number {
  const [, day, time, fraction = '', hours, minutes] = TIME.exec(text) ?? [];
  if (day === undefined) return 0;
  const wholeMs = Date.parse(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(wholeMs) ? 0 : wholeMs + Number(`0${fraction}`) * 1000;
}
