/**
 * The text of `perf script`: a header line a sample, its frames innermost first, a blank line. As in
 * stackcollapse-perf.pl the command is the root frame and each sample counts one; what perf gives as the period (events
 * since the sample before, nanoseconds for the clock events) is a second sample type. Several kinds of event are sample
 * types of their own, because they cannot be added. A last sample without a blank line behind it counts like any other.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import { UNKNOWN_FUNCTION, type FrameIndex, type Profile, type SampleType } from '../model.js';
import { ProfileBuilder } from '../profileBuilder.js';
import { LineIssues } from './lineIssues.js';
import { readLines } from './textLines.js';

/** `comm pid`, `comm pid/tid`; the command may hold spaces. */
const TASK = String.raw`^ ?(\S.*?) \d+(?:\/\d+)? `;
const CPU_AND_TIME = String.raw`(?:\[\d+\] )?(?:\S+ )?(?:\d+(?:\.\d+)?: )`;
const EVENT = String.raw`(?:(\d+) )?(\S+?):`;
/** Command, period, event, the rest (a tracepoint's fields, or the only frame of a sample without a call chain). */
// eslint-disable-next-line no-restricted-syntax -- of three constant parts, with one .*? before digits; linearTime.test.ts runs it
const HEADER = new RegExp(`${TASK}${CPU_AND_TIME}${EVENT}(?: (.*))?$`, 's');
// eslint-disable-next-line no-restricted-syntax -- as above
const HEADER_WITHOUT_TIME = new RegExp(`${TASK}(?:\\[\\d+\\] )?${EVENT} ?$`);
/** Address, symbol with offset, object. Parentheses in the object's name are in pairs: `(/tmp/x (deleted))`. */
const FRAME = /^ ?([0-9a-f]+) (.+) \(([^()]*(?:\([^()]*\)[^()]*)*)\) ?$/;
const INLINED_FRAME = /^ ?(?:[0-9a-f]+ )?(\S.*) \(inlined\) ?$/;
/** `perf script -F +srcline` puts the source line below its frame. */
const SOURCE_LINE = /^ (\S.*):(\d+) ?$/;
const OFFSET = /\+0x[0-9a-f]+$/;
const CLOCK_EVENT = /^(cpu|task)-clock\b/;

/** Longer lines are no lines of perf. */
const MAX_LINE_LENGTH = 1 << 14;

/**
 * Runs of white space as one blank, which the patterns rely on: where a blank ends a part in one way only, they take linear
 * time on every line.
 */
function narrow(line: string): string {
  return line.replace(/\s+/g, ' ');
}

export function isPerfHeader(line: string): boolean {
  return line.length <= MAX_LINE_LENGTH && isHeader(narrow(line));
}

export function isPerfFrame(line: string): boolean {
  if (line.length > MAX_LINE_LENGTH) return false;
  const narrowed = narrow(line);
  return narrowed.startsWith(' ') && (FRAME.test(narrowed) || INLINED_FRAME.test(narrowed));
}

function isHeader(narrowed: string): boolean {
  return !narrowed.startsWith(' ') && (HEADER.test(narrowed) || HEADER_WITHOUT_TIME.test(narrowed));
}

interface RawFrame {
  readonly name: string;
  readonly module: string;
  readonly isInlined: boolean;
  file: string;
  line: number;
}

interface RawEvent {
  readonly command: string;
  readonly event: string;
  readonly period: number | undefined;
  /** Innermost first. */
  readonly frames: RawFrame[];
}

export function parsePerfScript(bytes: Uint8Array): Profile {
  const script = new PerfScript();
  for (const line of readLines(bytes)) script.read(line.length > MAX_LINE_LENGTH ? line : narrow(line));
  return script.build();
}

class PerfScript {
  readonly #builder = new ProfileBuilder();
  #current: RawEvent | undefined;
  #lineNumber = 0;
  readonly #events = new Map<string, number>();
  /** Of each sample: its event's number and period. */
  readonly #eventOf: number[] = [];
  readonly #periodOf: (number | undefined)[] = [];
  readonly #stacks: FrameIndex[][] = [];
  readonly #frames = new Map<string, FrameIndex>();
  readonly #issues = new LineIssues('linesUnknown');

  read(line: string): void {
    this.#lineNumber++;
    if (line.startsWith('#')) return;
    if (line.trim() === '') this.#finish();
    else if (line.length > MAX_LINE_LENGTH) this.#issues.add(this.#lineNumber);
    else if (this.#current === undefined || isHeader(line)) this.#start(line);
    else this.#readFrame(line, this.#current);
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
    return this.#builder.build({
      format: 'perf-script',
      sampleTypes: sampleTypesOf(events, hasPeriods),
      defaultSampleType: 0,
      warnings: [...this.#issues.warnings(), ...warnAboutEvents(events)],
    });
  }

  #start(line: string): void {
    this.#finish();
    const parts = HEADER.exec(line) ?? HEADER_WITHOUT_TIME.exec(line);
    if (parts === null) {
      this.#issues.add(this.#lineNumber);
      return;
    }
    const [, command = '', period, event = '', rest] = parts;
    this.#current = {
      command,
      event,
      period: period === undefined ? undefined : Number(period),
      frames: [],
    };
    if (rest !== undefined && FRAME.test(rest)) this.#readFrame(rest, this.#current);
  }

  #readFrame(line: string, current: RawEvent): void {
    const inlined = INLINED_FRAME.exec(line);
    if (inlined !== null) {
      current.frames.push(rawFrame(inlined[1]!, '', true));
      return;
    }
    const parts = FRAME.exec(line);
    if (parts !== null) {
      // perf names the thread once more as a frame of its own: `(comm)`.
      if (!parts[2]!.startsWith('(')) current.frames.push(rawFrame(parts[2]!, parts[3]!, false));
      return;
    }
    const source = SOURCE_LINE.exec(line);
    const frame = current.frames.at(-1);
    if (source === null || frame === undefined) {
      this.#issues.add(this.#lineNumber);
      return;
    }
    frame.file = source[1]!;
    frame.line = Number(source[2]);
  }

  #finish(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    let event = this.#events.get(current.event);
    if (event === undefined) this.#events.set(current.event, (event = this.#events.size));
    this.#eventOf.push(event);
    this.#periodOf.push(current.period);
    const stack = [this.#frame(rawFrame(current.command, '', false), '')];
    let module = '';
    for (const frame of current.frames.toReversed()) {
      // An inlined frame is in the object of the function around it.
      if (!frame.isInlined) ({ module } = frame);
      stack.push(this.#frame(frame, module));
    }
    this.#stacks.push(stack);
  }

  #frame(frame: RawFrame, module: string): FrameIndex {
    const { name, file, line, isInlined } = frame;
    const key = `${isInlined ? 1 : 0} ${line} ${name}\n${file}\n${module}`;
    let known = this.#frames.get(key);
    if (known === undefined) {
      known = this.#builder.frame(this.#builder.function({ name, file, module }), line, isInlined);
      this.#frames.set(key, known);
    }
    return known;
  }
}

function rawFrame(symbol: string, module: string, isInlined: boolean): RawFrame {
  const name = symbol.replace(OFFSET, '');
  return {
    name: name === '[unknown]' ? UNKNOWN_FUNCTION : name,
    module: module === '[unknown]' ? '' : module,
    isInlined,
    file: '',
    line: 0,
  };
}

function sampleTypesOf(events: readonly string[], hasPeriods: boolean): SampleType[] {
  const isOnly = events.length <= 1;
  const counts = (isOnly ? ['samples'] : events).map(type => ({ type, unit: 'count' }));
  if (!hasPeriods) return counts;
  const periods = events.map(event => ({
    type: isOnly ? 'period' : `${event} period`,
    unit: CLOCK_EVENT.test(event) ? 'nanoseconds' : 'count',
  }));
  return [...counts, ...periods];
}

function warnAboutEvents(events: readonly string[]): Sentence[] {
  if (events.length < 2) return [];
  return [sentence(PROFILE_WARNING_TEXTS.severalEvents, events.length, events.join(', '))];
}
