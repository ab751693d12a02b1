/**
 * The text of `perf script`: a head a sample, its frames innermost first, a blank line; or, without a call chain, all on
 * one line. As in stackcollapse-perf.pl the command is the root frame and each sample counts one; what perf gives as the
 * period (events since the sample before, nanoseconds for the clock events) is a second sample type. Several kinds of
 * event are sample types of their own, because they cannot be added. Records of processes (--show-mmap-events and its
 * like) are no samples.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import type { FrameIndex, Profile } from '../model.js';
import { ProfileBuilder } from '../profileBuilder.js';
import { LineIssues } from './lineIssues.js';
import { perfSampleTypes } from './perfSampleTypes.js';
import { fieldOf, parseFrame, parseInlineFrame, parseSourceLine, type PerfFrame } from './perfFrame.js';
import { isAlignedHead, parsePerfHeader, splitPeriod, type PerfHeader } from './perfHeader.js';
import { findPerfShape, isPerfRecord, MAX_PERF_LINE, type PerfShape } from './perfShape.js';
import { readFirstLines, readLines } from './textLines.js';

interface RawSample {
  readonly command: string;
  readonly event: string;
  readonly period: string | undefined;
  /** Innermost first. */
  frames: PerfFrame[];
  /** Its frame stands in its head: what follows on lines of their own is a call chain in its place. */
  isInline: boolean;
}

/** Lines whose shape tells how to read the rest. */
const LINES_LOOKED_AT = 2000;
const LOST = /PERF_RECORD_LOST(?:_SAMPLES)?\b.*?\blost (\d+)/;

export function parsePerfScript(bytes: Uint8Array): Profile {
  const shape = findPerfShape(readFirstLines(bytes, LINES_LOOKED_AT, isComment));
  const script = new PerfScript(shape ?? { hasCertainHeads: true, hasChains: true });
  for (const line of readLines(bytes)) script.read(line);
  return script.build();
}

/** perf's own header (`# cmdline : …`), of any length. */
export function isComment(line: string): boolean {
  return line.startsWith('#');
}

class PerfScript {
  readonly #builder = new ProfileBuilder();
  readonly #shape: PerfShape;
  #current: RawSample | undefined;
  #isInRecord = false;
  #lineNumber = 0;
  readonly #events = new Map<string, number>();
  /** Of each sample: its event's number and period. */
  readonly #eventOf: number[] = [];
  readonly #periodOf: (number | undefined)[] = [];
  readonly #stacks: FrameIndex[][] = [];
  readonly #frames = new Map<string, FrameIndex>();
  readonly #issues = new LineIssues('linesUnknown');
  readonly #records = new LineIssues('recordsLeftOut');
  readonly #fields = new Set<string>();
  #lost = 0;

  constructor(shape: PerfShape) {
    this.#shape = shape;
  }

  read(line: string): void {
    this.#lineNumber++;
    if (isComment(line)) return;
    if (line.trim() === '') {
      this.#finish();
      return;
    }
    if (line.length > MAX_PERF_LINE) this.#issues.add(this.#lineNumber, line);
    else if (isPerfRecord(line)) this.#readRecord(line);
    else if (line.startsWith('\t')) this.#readBelow(line);
    else this.#readLine(line);
  }

  build(): Profile {
    this.#finish();
    const events = [...this.#events.keys()];
    const hasPeriods = this.#periodOf.some(period => period !== undefined);
    this.#stacks.forEach((stack, sample) => {
      const counts = events.map((_, event) => (this.#eventOf[sample] === event ? 1 : 0));
      const periods = counts.map(count => count * (this.#periodOf[sample] ?? 0));
      this.#builder.addSample(stack, hasPeriods ? [...counts, ...periods] : counts);
    });
    const { sampleTypes, defaultSampleType, warnings } = perfSampleTypes(events, hasPeriods);
    return this.#builder.build({
      format: 'perf-script',
      sampleTypes,
      defaultSampleType,
      warnings: [
        ...warnings,
        ...this.#lostWarning(),
        ...this.#records.warnings(),
        ...this.#fieldsWarning(),
        ...this.#issues.warnings(),
      ],
    });
  }

  #readLine(line: string): void {
    const header = parsePerfHeader(line);
    if (header?.isCertain === true) {
      this.#start(header);
      return;
    }
    if (this.#isBelow(line)) return;
    if (line.startsWith(' ') && this.#current?.isInline === false && parseFrame(line) !== undefined) {
      this.#readBelow(line);
      return;
    }
    const found = this.#shape.hasCertainHeads ? undefined : this.#uncertainHead(line, header);
    if (found !== undefined) this.#start(found);
    else if (!this.#isInRecord) this.#issues.add(this.#lineNumber, line);
  }

  /** Where -F left out what makes a head certain, the file's shape decides. */
  #uncertainHead(line: string, header: PerfHeader | undefined): PerfHeader | undefined {
    if (header !== undefined && (this.#shape.hasChains || parseInlineFrame(header.rest) !== undefined))
      return header;
    const bare = { event: '', isCertain: false };
    if (this.#shape.hasChains) return { ...bare, ...splitPeriod(line), rest: '' };
    const inline = parseInlineFrame(line);
    if (inline !== undefined) return { ...bare, ...splitPeriod(inline.before), rest: line };
    return isAlignedHead(line) ? (header ?? { ...bare, ...splitPeriod(line), rest: '' }) : undefined;
  }

  #readRecord(line: string): void {
    this.#finish();
    this.#isInRecord = true;
    const lost = LOST.exec(line)?.[1];
    if (lost === undefined) this.#records.add(this.#lineNumber, line);
    else this.#lost += Number(lost);
  }

  #start(header: PerfHeader): void {
    this.#finish();
    const inline = parseInlineFrame(header.rest);
    if (inline?.field !== undefined) this.#fields.add(inline.field);
    this.#current = {
      command: header.command,
      event: header.event,
      period: header.period,
      frames: inline === undefined ? [] : [inline.frame],
      isInline: inline !== undefined,
    };
  }

  /** A line of a call chain, or what belongs to a sample and is no frame. */
  #readBelow(line: string): void {
    if (this.#isInRecord) return;
    const frame = line.includes('insn: ') ? undefined : parseFrame(line);
    if (frame === undefined && this.#isBelow(line)) return;
    if (this.#current === undefined && !this.#shape.hasCertainHeads)
      this.#current = { command: '', event: '', period: undefined, frames: [], isInline: false };
    const current = this.#current;
    if (frame === undefined && /^\s+\([^()]*\) \(/.test(line)) return;
    if (frame === undefined || current === undefined) {
      this.#issues.add(this.#lineNumber, line);
      return;
    }
    if (current.isInline) current.frames = [];
    current.isInline = false;
    current.frames.push(frame);
  }

  /** Source lines and fields, which stand below a frame. */
  #isBelow(line: string): boolean {
    const frame = this.#current?.frames.at(-1);
    const source = frame === undefined ? undefined : parseSourceLine(line);
    if (source !== undefined) {
      frame!.file = source.file;
      frame!.line = source.line;
      return true;
    }
    const field = fieldOf(line);
    if (field === undefined) return false;
    this.#fields.add(field);
    return true;
  }

  #finish(): void {
    const current = this.#current;
    this.#current = undefined;
    this.#isInRecord = false;
    if (current === undefined) return;
    let event = this.#events.get(current.event);
    if (event === undefined) this.#events.set(current.event, (event = this.#events.size));
    this.#eventOf.push(event);
    this.#periodOf.push(current.period === undefined ? undefined : Number(current.period));
    const command = { name: current.command, module: '', isInlined: false, file: '', line: 0 };
    const stack = current.command === '' ? [] : [this.#frame(command, '')];
    let module = '';
    for (const frame of current.frames.toReversed()) {
      // An inlined frame is in the object of the function around it.
      if (!frame.isInlined) ({ module } = frame);
      stack.push(this.#frame(frame, module));
    }
    this.#stacks.push(stack);
  }

  #frame(frame: PerfFrame, module: string): FrameIndex {
    const { name, file, line, isInlined } = frame;
    const key = `${isInlined ? 1 : 0} ${line} ${name}\n${file}\n${module}`;
    let known = this.#frames.get(key);
    if (known === undefined) {
      known = this.#builder.frame(this.#builder.function({ name, file, module }), line, isInlined);
      this.#frames.set(key, known);
    }
    return known;
  }

  #lostWarning(): Sentence[] {
    return this.#lost === 0 ? [] : [sentence(PROFILE_WARNING_TEXTS.samplesLost, this.#lost)];
  }

  #fieldsWarning(): Sentence[] {
    if (this.#fields.size === 0) return [];
    return [sentence(PROFILE_WARNING_TEXTS.fieldsLeftOut, [...this.#fields].join(', '))];
  }
}
