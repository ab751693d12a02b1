/**
 * The head of a sample in the text of `perf script`: command, thread, processor, time, period, event, each of which -F
 * can leave out (tools/perf/builtin-script.c, perf_sample__fprintf_start and process_event). Told by the parts that
 * cannot be mistaken: a time stamp, a processor, a thread's number. What stands before them is the command, blanks and
 * digits included; what stands behind is the rest: a tracepoint's fields, or the only frame of a sample without a call
 * chain. Time is linear in the line, for the words that are looked at are few.
 */

export interface PerfHeader {
  /** Empty where -F left it out. */
  readonly command: string;
  /** Without the colon; empty where -F left it out. */
  readonly event: string;
  readonly period: string | undefined;
  /** Behind the event, as it stands there. */
  readonly rest: string;
  /** A time stamp or processor behind a thread's number: no other text looks like this. */
  readonly isCertain: boolean;
}

/** A command has 15 bytes, so eight words at most; then come eight fields. */
const WORDS_LOOKED_AT = 24;
/** Width of an address (`%16lx`): what tells it from other numbers. */
const ADDRESS_WIDTH = 16;
/** Width of a period (`%10lu`), where a thread's number has five. */
const PERIOD_WIDTH = 10;
const MAX_COMMAND = 32;

const TIME = /^\d+\.\d+:$/;
const CPU = /^\[\d+\]$/;
const TASK = /^(?:-1|\d{1,7})(?:\/(?:-1|\d{1,7}))?$/;
/** 64 bits. */
const DIGITS = /^\d{1,20}$/;
const HEX = /^[0-9a-f]+$/;
/** -F misc: kernel, user, hypervisor, guest, exact, and those of records. */
const MISC = /^[KUHGgEMFSTt]{1,5}$/;
const TIME_OF_DAY = [/^\d{4}-\d\d-\d\d$/, /^\d\d:\d\d:\d\d\.\d+$/] as const;
/** A name with a letter. */
const EVENT = /^(?!\d+:)[^\s:].*:$/;
const GUEST = /^(?:VM:\s*\d+\s+)?(?:VCPU:\s*\d+\s+)?/;

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Blanks before it. */
  readonly gap: number;
}

export function wordsOf(text: string, count: number): Word[] {
  const words: Word[] = [];
  const pattern = /\S+/g;
  let before = 0;
  for (let match = pattern.exec(text); match !== null && words.length < count; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    words.push({ text: match[0], start: match.index, end, gap: match.index - before });
    before = end;
  }
  return words;
}

/** An address that is aligned as perf aligns it. */
export function isAddress(word: Word | undefined): boolean {
  if (word === undefined || !HEX.test(word.text)) return false;
  // perf puts a blank before it: what begins a line is a table of symbols, as nm prints it.
  return word.gap > 0 && word.gap + word.text.length > ADDRESS_WIDTH;
}

/** Undefined where no part tells that the line is a sample's head. */
export function parsePerfHeader(line: string): PerfHeader | undefined {
  const text = line.replace(GUEST, '');
  const words = wordsOf(text, WORDS_LOOKED_AT);
  return byTime(text, words) ?? byCpu(text, words) ?? byTask(text, words) ?? byEvent(text, words);
}

function byTime(text: string, words: readonly Word[]): PerfHeader | undefined {
  for (const [index, word] of words.entries()) {
    if (!TIME.test(word.text)) continue;
    const before = readBefore(text, words.slice(0, index));
    if (before === undefined) continue;
    return { ...before, ...readAfter(text, words, index + 1), isCertain: before.hasTask };
  }
  return undefined;
}

function byCpu(text: string, words: readonly Word[]): PerfHeader | undefined {
  const index = words.findIndex(({ text: word }) => CPU.test(word));
  if (index === -1) return undefined;
  const before = readBefore(text, words.slice(0, index));
  if (before === undefined) return undefined;
  const after = readAfter(text, words, skip(words, index + 1, MISC));
  return { ...before, ...after, isCertain: before.hasTask && after.event !== '' };
}

/** The first number behind which a sample goes on as it may. */
function byTask(text: string, words: readonly Word[]): PerfHeader | undefined {
  for (const [index, word] of words.entries()) {
    if (!TASK.test(word.text) || isPeriod(word, index === 0)) continue;
    const command = commandOf(text, words[index - 1]);
    if (command === undefined) return undefined;
    const next = skip(words, index + 1, MISC);
    const after = readAfter(text, words, next);
    if (next === words.length || after.event !== '' || after.period !== undefined || isAddress(words[next]))
      return { command, ...after, isCertain: false };
  }
  return undefined;
}

function byEvent(text: string, words: readonly Word[]): PerfHeader | undefined {
  const index = words.findIndex(({ text: word }) => isEvent(word));
  if (index === -1) return undefined;
  const hasPeriod = index > 0 && DIGITS.test(words[index - 1]!.text);
  const from = hasPeriod ? index - 1 : index;
  const command = commandOf(text, words[from - 1]);
  return command === undefined ? undefined : { command, ...readAfter(text, words, from), isCertain: false };
}

interface Before {
  readonly command: string;
  readonly hasTask: boolean;
}

/** Command, task, processor, and what else may stand before the time. */
function readBefore(text: string, words: readonly Word[]): Before | undefined {
  let end = words.length;
  const is = (pattern: RegExp, back = 1) => pattern.test(words[end - back]?.text ?? '');
  if (is(TIME_OF_DAY[1]) && is(TIME_OF_DAY[0], 2)) end -= 2;
  if (is(MISC) && (is(CPU, 2) || is(TASK, 2))) end--;
  if (is(CPU)) end--;
  const hasTask = is(TASK);
  if (hasTask) end--;
  const command = commandOf(text, words[end - 1]);
  return command === undefined ? undefined : { command, hasTask };
}

function readAfter(
  text: string,
  words: readonly Word[],
  from: number,
): Pick<PerfHeader, 'period' | 'event' | 'rest'> {
  const first = words[from];
  if (first === undefined) return { period: undefined, event: '', rest: '' };
  const second = words[from + 1];
  if (isEvent(first.text)) return { period: undefined, ...eventAt(text, first) };
  if (DIGITS.test(first.text) && second !== undefined && isEvent(second.text))
    return { period: first.text, ...eventAt(text, second) };
  const isAlone = second === undefined || (isAddress(second) && !isAddress(first));
  if (DIGITS.test(first.text) && isAlone && isPeriod(first, false))
    return { period: first.text, event: '', rest: text.slice(first.end) };
  return { period: undefined, event: '', rest: text.slice(first.start - first.gap) };
}

function eventAt(text: string, word: Word): Pick<PerfHeader, 'event' | 'rest'> {
  return { event: word.text.slice(0, -1), rest: text.slice(word.end) };
}

function isEvent(word: string): boolean {
  return EVENT.test(word) && /[a-z]/i.test(word);
}

function isPeriod(word: Word, isFirst: boolean): boolean {
  // The blank that ends the field before belongs to the gap.
  const width = word.gap + word.text.length - (isFirst ? 0 : 1);
  return DIGITS.test(word.text) && width >= PERIOD_WIDTH && !isAddress(word);
}

/** All from the beginning to this word. */
function commandOf(text: string, last: Word | undefined): string | undefined {
  const command = last === undefined ? '' : text.slice(0, last.end).trim();
  return command.length > MAX_COMMAND ? undefined : command;
}

function skip(words: readonly Word[], index: number, pattern: RegExp): number {
  const word = words[index]?.text ?? '';
  return pattern.test(word) ? index + 1 : index;
}

/** Heads without a frame, `            spin 21375 cpu-clock: `: perf aligns the command to the right of 16 columns. */
export function isAlignedHead(line: string): boolean {
  if (!/^(?=.{15}\S ) *\S/.test(line)) return false;
  return line.length === 17 ? line.startsWith(' ') : parsePerfHeader(line)?.rest.trim() === '';
}

/** `spin   10101010 `: a command and a period, which no thread's number is as wide as. */
export function splitPeriod(text: string): Pick<PerfHeader, 'command' | 'period'> {
  const words = wordsOf(text, WORDS_LOOKED_AT);
  const last = words.at(-1);
  if (last === undefined || !isPeriod(last, words.length === 1))
    return { command: text.trim(), period: undefined };
  return { command: text.slice(0, last.start).trim(), period: last.text };
}
