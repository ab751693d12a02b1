/**
 * Commands that began in containers, in the streams of events that are watched for it: `ctr events`, `docker events`,
 * forkstat and execsnoop with times. How many a second, over the time that is shown; who asked for them is not known.
 */
import type { Counted, CountedThing, Found, MaterialText, Place, TextReader } from '../model.js';
import { placeOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const startedCommandsReader: TextReader = { name: 'started commands', read: readStartedCommands };

const TIME = /(?:^|[T\s])(\d{2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)/u;
/** containerd's topic, docker's action; each exec has one of it. */
const EXEC_EVENT = /\s\/tasks\/exec-started(?:\s|$)|\scontainer exec_start: /u;
/** forkstat's `exec`, or execsnoop's row with its result 0, of runc: exec, init, state. */
const RUNC_START =
  /^\d{2}:\d{2}:\d{2}\s{1,8}(?:exec\s{1,8}\d{1,8}\s{1,40}(?:\S{0,200}\/)?(?:docker-)?runc(?:\s|$)|(?:docker-)?runc\s{1,40}\d{1,8}\s{1,8}\d{1,8}\s{1,8}0\s)/u;
/** Fewer are no rate. */
const LEAST_EVENTS = 20;
const LEAST_SECONDS = 1;

function readStartedCommands({ file, lines }: MaterialText): Found {
  const execs = new Rate('execs-per-second');
  const starts = new Rate('runc-starts-per-second');
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    if (EXEC_EVENT.test(line)) execs.add(line, placeOf(file, index));
    else if (RUNC_START.test(line)) starts.add(line, placeOf(file, index));
  }
  return { counted: [...execs.finish(), ...starts.finish()] };
}

class Rate {
  #events = 0;
  #first: { readonly at: Place; readonly seconds: number } | undefined;
  #last = 0;

  constructor(private readonly thing: CountedThing) {}

  add(line: string, at: Place): void {
    const match = TIME.exec(line);
    if (match === null) return;
    const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
    this.#first ??= { at, seconds };
    this.#last = seconds;
    this.#events++;
  }

  /** Of one stretch of time: over midnight and of two streams nothing is known. */
  finish(): readonly Counted[] {
    const first = this.#first;
    if (first === undefined || this.#events < LEAST_EVENTS || this.#last < first.seconds) return [];
    // Clocks of whole seconds show a second less than it was.
    const value = this.#events / Math.max(LEAST_SECONDS, this.#last - first.seconds + 1);
    return [{ at: first.at, thing: this.thing, value, note: undefined }];
  }
}
