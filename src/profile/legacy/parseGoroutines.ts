/**
 * Goroutines as `?debug=2`, a panic or SIGQUIT prints them, one by one: `goroutine 7 [select, 5 minutes]:` and a stack.
 * Each is a sample of one below its state; the minutes that Go says it has waited are a second sample type. Arguments are
 * passed over but for the address of a lock, which tells who waits for the same one; so are the creators.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import { LineIssues } from '../formats/lineIssues.js';
import { readLines } from '../formats/textLines.js';
import type { FrameIndex, Profile } from '../model.js';
import { ProfileBuilder } from '../profileBuilder.js';

const HEADER = /^goroutine \d+ [^[]{0,200}\[([^\]]{1,200})\]/;
const WAIT = /^(\d+) minutes?$/;
const PLACE = /^\t(.*):(\d+)(?: \+0x[0-9a-f]+)?(?: .*)?$/s;
const CREATED = /^created by /;
const ELIDED = /^\.\.\.(?:additional|(\d+)) frames elided\.\.\.$/;
const MINUTE = 60e9;
/** Longer lines are none of Go's. */
const MAX_LINE = 1 << 15;
/** Where a goroutine parks for a lock: the first argument is the lock's address. */
const LOCK =
  /^(?:sync\.runtime_Semacquire\w*|internal\/sync\.runtime_Semacquire\w*|sync\.\(\*(?:RW)?Mutex\)\.\w+|internal\/sync\.\(\*Mutex\)\.\w+|sync\.\(\*WaitGroup\)\.Wait|sync\.runtime_notifyListWait)$/;
const LOCKS_TOLD = 3;
const STATES_TOLD = 8;

/** `line`, and the one below it, which says that it is no prose. */
export function isGoroutine(line: string, next: string | undefined): boolean {
  return (
    line.length < MAX_LINE &&
    HEADER.test(line) &&
    line.trimEnd().endsWith(':') &&
    next !== undefined &&
    (next.endsWith(')') || next.startsWith('\tgoroutine running') || CREATED.test(next))
  );
}

export function parseGoroutines(bytes: Uint8Array): Profile {
  const text = new GoroutineText();
  for (const line of readLines(bytes)) text.read(line);
  return text.build();
}

interface RawGoroutine {
  readonly state: string;
  readonly minutes: number;
  /** Innermost first. */
  readonly frames: { readonly name: string; readonly isInlined: boolean; file: string; line: number }[];
  lock: string | undefined;
  isAtCreator: boolean;
}

class GoroutineText {
  readonly #builder = new ProfileBuilder();
  readonly #issues = new LineIssues('linesUnknown');
  readonly #states = new Map<string, number>();
  readonly #locks = new Map<string, { count: number; readonly name: string }>();
  #lineNumber = 0;
  #elided = 0;
  #current: RawGoroutine | undefined;
  #longest: { readonly minutes: number; readonly state: string } = { minutes: 0, state: '' };

  read(line: string): void {
    this.#lineNumber++;
    if (line.trim() === '') {
      this.#finish();
      return;
    }
    if (line.length < MAX_LINE && this.#readLine(line)) return;
    this.#issues.add(this.#lineNumber, line);
  }

  build(): Profile {
    this.#finish();
    return this.#builder.build({
      format: 'goroutines',
      sampleTypes: [
        { type: 'goroutine', unit: 'count' },
        { type: 'wait', unit: 'nanoseconds' },
      ],
      defaultSampleType: 0,
      period: 1,
      periodType: { type: 'goroutine', unit: 'count' },
      warnings: [...this.#issues.warnings(), ...this.#notes()],
    });
  }

  #readLine(line: string): boolean {
    const header = HEADER.exec(line);
    if (header !== null) {
      this.#finish();
      this.#start(header[1]!);
      return true;
    }
    const current = this.#current;
    if (current === undefined) return false;
    if (line.startsWith('\t')) return this.#readPlace(line, current);
    if (CREATED.test(line)) {
      current.isAtCreator = true;
      return true;
    }
    const elided = ELIDED.exec(line);
    if (elided !== null) {
      this.#elided += Number(elided[1] ?? 1);
      return true;
    }
    return this.#readFrame(line.trimEnd(), current);
  }

  #start(facts: string): void {
    const parts = facts.split(', ');
    const wait = parts.map(part => WAIT.exec(part)).find(match => match !== null);
    const state = parts.filter(part => !WAIT.test(part) && part !== 'locked to thread').join(', ');
    this.#current = {
      state,
      minutes: Number(wait?.[1] ?? 0),
      frames: [],
      lock: undefined,
      isAtCreator: false,
    };
  }

  #readFrame(line: string, current: RawGoroutine): boolean {
    const open = line.lastIndexOf('(');
    if (open <= 0 || !line.endsWith(')') || /^\s/.test(line)) return false;
    const name = line.slice(0, open);
    const args = line.slice(open + 1, -1);
    current.frames.push({ name, isInlined: args === '...', file: '', line: 0 });
    const address = /^(0x[0-9a-f]{4,16})\b/.exec(args)?.[1];
    // The outermost of the lock's own functions has the lock itself, the inner ones its parts.
    if (address !== undefined && LOCK.test(name)) current.lock = `${name} ${address}`;
    return true;
  }

  #readPlace(line: string, current: RawGoroutine): boolean {
    if (line.startsWith('\tgoroutine running on other thread')) return true;
    const place = PLACE.exec(line);
    if (place === null) return false;
    const frame = current.frames.at(-1);
    if (!current.isAtCreator && frame !== undefined) {
      frame.file = place[1]!;
      frame.line = Number(place[2]);
    }
    return true;
  }

  #finish(): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    const { state, minutes } = current;
    const stack: FrameIndex[] = [this.#builder.frame(this.#builder.function({ name: `[${state}]` }))];
    for (const { name, file, line, isInlined } of current.frames.toReversed())
      stack.push(this.#builder.frame(this.#builder.function({ name, file }), line, isInlined));
    this.#builder.addSample(stack, [1, minutes * MINUTE]);
    this.#states.set(state, (this.#states.get(state) ?? 0) + 1);
    if (minutes > this.#longest.minutes) this.#longest = { minutes, state };
    if (current.lock === undefined) return;
    const known = this.#locks.get(current.lock);
    if (known === undefined) this.#locks.set(current.lock, { count: 1, name: current.lock });
    else known.count++;
  }

  #notes(): Sentence[] {
    const { goroutineStates, goroutineLock, longestWait, framesElided } = PROFILE_WARNING_TEXTS;
    const states = [...this.#states].sort(([, a], [, b]) => b - a);
    const told = states.slice(0, STATES_TOLD).map(([state, count]) => `${state}: ${count}`);
    if (states.length > STATES_TOLD) told.push('…');
    const notes = [sentence(goroutineStates, told.join(', '))];
    if (this.#longest.minutes > 0)
      notes.push(sentence(longestWait, this.#longest.minutes, this.#longest.state));
    const locks = [...this.#locks.values()].filter(({ count }) => count > 1);
    locks.sort((a, b) => b.count - a.count);
    for (const { name, count } of locks.slice(0, LOCKS_TOLD))
      notes.push(sentence(goroutineLock, name, count));
    if (this.#elided > 0) notes.push(sentence(framesElided, this.#elided));
    return notes;
  }
}
