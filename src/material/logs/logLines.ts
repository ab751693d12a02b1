/**
 * Lines of logs anywhere in a text: klog with whatever prefix, journald, syslog, the CRI's files, logfmt, JSON, dmesg, and
 * messages that a post quotes alone. Rows of tables, samples of metrics, frames of stacks and calls of strace are none,
 * as they begin with nothing that a log begins with.
 */
import type { Found, LogLine, LogOrigin, MaterialText, TextReader } from '../model.js';
import { isEventRow } from '../text/eventRow.js';
import { unquoted } from '../text/quotedLine.js';
import { isKnownMessage, originOfKnownMessage } from './knownMessages.js';
import { readLogBody, type LogBody } from './logBody.js';
import { readLogHead, type LogHead } from './logHead.js';
import { originOfProcess, originOfSource, originOfText } from './logOrigin.js';
import { LogClock, type Stamp } from './logStamp.js';

export const logLinesReader: TextReader = { name: 'log lines', read: readLogLines };

/** A day of a loud kubelet; from half of it on, only what rules may ask for is kept. */
const MOST_LINES = 100_000;
const LONGEST_TEXT = 4_096;
/** Docker's JSON has klog in it, klog within a CRI file is within a journal: more is nothing that was met. */
const DEEPEST = 3;

function readLogLines(text: MaterialText): Found {
  const log = new LogText(text.file);
  for (const [index, line] of text.lines.entries()) log.read(line, index);
  return { log: log.finish() };
}

interface Draft {
  readonly line: LogLine;
  readonly klogPid: string | undefined;
  readonly isHeaded: boolean;
}

class LogText {
  readonly #lines: Draft[] = [];
  readonly #clock = new LogClock();
  /** By pid in klog's header. */
  readonly #pids = new Map<string, LogOrigin>();
  /** Of the line right above, where it is a log's. */
  #beside: LogOrigin | undefined;

  constructor(private readonly file: string) {}

  read(raw: string, index: number): void {
    const draft = this.#readLine(raw, index + 1);
    this.#beside = besideOf(draft);
    if (draft === undefined || this.#lines.length >= MOST_LINES) return;
    if (this.#lines.length < MOST_LINES / 2 || isKnownMessage(draft.line.text)) this.#lines.push(draft);
  }

  finish(): readonly LogLine[] {
    return this.#lines.map(({ line, klogPid }) =>
      line.origin === 'unknown' && klogPid !== undefined
        ? { ...line, origin: this.#pids.get(klogPid) ?? 'unknown' }
        : line,
    );
  }

  #readLine(raw: string, lineNumber: number): Draft | undefined {
    const bare = unquoted(raw);
    if (bare === '' || isEventRow(bare)) return undefined;
    const read = readWhole(bare);
    const repeated = unrepeated(read.text);
    const text = repeated.text.slice(0, LONGEST_TEXT).trimEnd();
    const origin = read.isHeaded ? originOf(read, text) : originOfKnownMessage(text, this.#beside);
    if (origin === undefined || text === '') return undefined;
    if (read.klogPid !== undefined && origin !== 'unknown') this.#pids.set(read.klogPid, origin);
    const line: LogLine = {
      at: { file: this.file, line: lineNumber },
      origin,
      text,
      seconds: read.stamp === undefined ? undefined : this.#clock.secondsOf(read.stamp),
      severity: read.severity,
      ...(repeated.times > 1 ? { times: repeated.times } : {}),
    };
    return { line, klogPid: read.klogPid, isHeaded: read.isHeaded };
  }
}

/** Of what the next line may be a continuation: a log's line, or a kernel's trace. */
function besideOf(draft: Draft | undefined): LogOrigin | undefined {
  return draft?.isHeaded === true || draft?.line.origin === 'kernel' ? draft.line.origin : undefined;
}

/** What is told of a line, by its head, its body, or a log's line within it. */
interface Told {
  readonly stamp: Stamp | undefined;
  readonly severity: LogLine['severity'];
  readonly process: string | undefined;
  readonly source: string | undefined;
  readonly klogPid: string | undefined;
  readonly form: LogBody['form'] | undefined;
  readonly isBoot: boolean;
}

interface ReadLine extends Told {
  readonly text: string;
  readonly isHeaded: boolean;
}

const NO_HEAD: Omit<ReadLine, 'text'> = {
  isHeaded: false,
  stamp: undefined,
  severity: undefined,
  process: undefined,
  source: undefined,
  klogPid: undefined,
  form: undefined,
  isBoot: false,
};

/** With a list's bullet before it too, as `minikube logs` has it; a line without a head is its own text. */
function readWhole(line: string): ReadLine {
  const read = readNested(line);
  if (read !== undefined) return read;
  const item = withoutBullet(line);
  const ofItem = item === line ? undefined : readNested(item);
  return ofItem ?? { ...NO_HEAD, text: item };
}

/** Head and body, and again of the body where it has a head of its own; undefined where the line is no log's. */
function readNested(line: string, depth = 0): ReadLine | undefined {
  const head = readLogHead(line);
  const body = head.klogPid === undefined ? readLogBody(head.rest, isDated(head)) : undefined;
  if (body === undefined)
    return isHead(head) ? { ...joined(head, {}), text: head.rest, isHeaded: true } : undefined;
  const outer: ReadLine = { ...joined(head, body), text: body.text, isHeaded: true };
  const inner = body.form === 'json' && depth < DEEPEST ? readNested(body.text, depth + 1) : undefined;
  if (inner === undefined) return outer;
  return { ...joined(inner, outer), stamp: outer.stamp ?? inner.stamp, text: inner.text, isHeaded: true };
}

function isDated({ stamp, isBoot }: LogHead): boolean {
  return stamp !== undefined && !isBoot;
}

/** `first` wins where both tell. */
function joined(first: Partial<Told>, second: Partial<Told>): Told {
  return {
    stamp: first.stamp ?? second.stamp,
    severity: first.severity ?? second.severity,
    process: first.process ?? second.process,
    source: first.source ?? second.source,
    klogPid: first.klogPid ?? second.klogPid,
    form: first.form ?? second.form,
    isBoot: first.isBoot === true || second.isBoot === true,
  };
}

const WORDS = /^(?:[^a-z]*[a-z]{3}){2}/iu;

/** klog, a journal's line, dmesg; a date alone must have words behind it. */
function isHead({ klogPid, process, stamp, isBoot, rest }: LogHead): boolean {
  if (klogPid !== undefined) return true;
  if (stamp === undefined) return false;
  return process !== undefined || isBoot || WORDS.test(rest.slice(0, 300));
}

function originOf({ process, source, isBoot, form }: ReadLine, text: string): LogOrigin {
  const bySource = source === undefined ? undefined : originOfSource(source);
  const byProcess = process === undefined ? undefined : originOfProcess(process);
  // k3s and hyperkube are many programs in one process: klog's file says which.
  const told = byProcess === 'kubelet' && bySource === 'kube-proxy' ? bySource : (byProcess ?? bySource);
  if (told !== undefined) return told;
  // A unit that begins with `env` or `sh` logs under that name.
  const byForm = form === 'logrus' ? 'runtime' : 'unknown';
  if (process !== undefined) return byForm;
  return isBoot ? 'kernel' : (originOfText(text) ?? byForm);
}

/** Markdown's list of messages, or an issue's title that is one. */
function withoutBullet(text: string): string {
  const mark = /^(?:[-*•]|#{1,5}) /u.exec(text)?.[0];
  return mark === undefined ? text : unquoted(text.slice(mark.length));
}

/** rsyslog's `message repeated 12 times: [ text ]`. */
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?(.*?) ?\]?$/u;

function unrepeated(text: string): { readonly text: string; readonly times: number } {
  const match = REPEATED.exec(text);
  return match === null ? { text, times: 1 } : { text: match[2] ?? '', times: Number(match[1]) };
}
