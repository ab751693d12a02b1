/**
 * Frames in the text of `perf script`: address, symbol, object, of which -F can leave out the last two. In a call chain
 * each has a line that begins with a tab, its source line (-F srcline) below it; without one the only frame stands at
 * the end of the sample's head.
 */
import { UNKNOWN_FUNCTION } from '../model.js';
import { isAddress, wordsOf } from './perfHeader.js';

export interface PerfFrame {
  readonly name: string;
  /** Empty where perf does not say or know. */
  readonly module: string;
  readonly isInlined: boolean;
  file: string;
  line: number;
}

/** The end of a branch, from/to/flags/cycles: `0x4b3e0c/0x4b3e65/P/-/-/3`, `main+0x1/work+0x2/…`. */
const BRANCH = /\/[PMN-]{1,2}\/[X-]\/[A-]\/\d/;
/** Fields that may stand behind a frame, or on lines of their own below a call chain. */
const FIELDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['insn', /(?:^|\s)insn: [0-9a-f]{2}(?: [0-9a-f]{2})*\s*$/],
  ['insnlen', /(?:^|\s)ilen: \d+/],
  ['brstackinsn', /^\t[0-9a-f]+\s+insn: /],
  ['brstackinsn', /^\t.*\+(?:0x)?[0-9a-f]+:(?:\s|$)|^\t\.\.\. not reaching sample|^\tmismatch of LBR data/],
  ['brstack', BRANCH],
  ['registers', /(?:^|\s)ABI:\d+\s/],
  ['bpf-output', /^\s*BPF (?:output|string):|^\s*[0-9a-f]{4}:(?: [0-9a-f]{2})+/],
  ['ipc', /\sIPC: \d/],
  ['srccode', /^\|\d+\s/],
  ['metric', /^\s+metric: /],
];
const INLINED = ' (inlined)';
const OFFSET = /\+0x[0-9a-f]+$/;
const HEX_ADDRESS = /^(?:0x)?[0-9a-f]+$/;
/** Below a frame: `  main.c:12`, `  ./csu/start.c:74 (discriminator 3)`; `  libc.so.6[2724a]` where it is not known. */
const SOURCE_LINE = /^ {2}(?! )(\S.*?)(?::(\d+)(?: \(discriminator \d+\))?|\[[0-9a-f]+\]|\+0x[0-9a-f]+)\s*$/;

/** Where `-F` put a frame behind a sample's head: the words of it that are looked at. */
const WORDS_LOOKED_AT = 96;

/** Which field that is no part of a stack a line below a sample holds. */
export function fieldOf(line: string): string | undefined {
  const first = /^\s*\S*/.exec(line)![0].length;
  return FIELDS.find(([, pattern]) => {
    const at = line.search(pattern);
    return at !== -1 && at < first;
  })?.[0];
}

export function parseSourceLine(line: string): { file: string; line: number } | undefined {
  const parts = SOURCE_LINE.exec(line);
  if (parts === null) return undefined;
  return parts[2] === undefined ? { file: '', line: 0 } : { file: parts[1]!, line: Number(parts[2]) };
}

/** A line of a call chain as perf itself writes it: a tab, an address in 16 columns. */
export function isChainFrame(line: string): boolean {
  return /^\t(?=.{16}(?: |$)) *[0-9a-f]+(?: |$)/.test(line);
}

/** A line of a call chain, with its tab or blanks. */
export function parseFrame(line: string): PerfFrame | undefined {
  const text = line.trim();
  const blank = text.search(/\s/);
  const first = blank === -1 ? text : text.slice(0, blank);
  if (!HEX_ADDRESS.test(first))
    return text.endsWith(INLINED) ? frameOf(text.slice(0, -INLINED.length), '', true) : undefined;
  return blank === -1 ? frameOf(`0x${first}`, '', false) : readFrame(text.slice(blank).trim());
}

export interface InlineFrame {
  readonly frame: PerfFrame;
  /** What stands before its address. */
  readonly before: string;
  /** The field that follows the frame and is not shown. */
  readonly field: string | undefined;
}

/** The only frame of a sample, at the end of its head; behind other addresses (-F addr) and before other fields. */
export function parseInlineFrame(rest: string): InlineFrame | undefined {
  const words = wordsOf(rest, WORDS_LOOKED_AT);
  const at = words.findLastIndex(
    (word, index) =>
      isAddress(word) && (index === words.length - 1 ? index === 0 : !isAddress(words[index + 1])),
  );
  const address = words[at];
  if (address === undefined) return undefined;
  const text = rest.slice(address.end);
  const field = FIELDS.find(([, pattern]) => pattern.test(text));
  const symbol = withoutFields(text).trim();
  const frame = symbol === '' ? frameOf(`0x${address.text}`, '', false) : readFrame(symbol);
  return frame === undefined
    ? undefined
    : { frame, before: rest.slice(0, address.start).trimEnd(), field: field?.[0] };
}

function withoutFields(text: string): string {
  const branch = text.search(BRANCH);
  const starts = [/\sinsn: /, /\silen: /, /\sABI:\d/, /\sIPC: /].map(pattern => text.search(pattern));
  if (branch !== -1) starts.push(text.lastIndexOf(' ', branch));
  const end = Math.min(text.length, ...starts.filter(start => start !== -1));
  // Addresses and page sizes stand behind the object.
  return text.slice(0, end).replace(/\) +(?:[0-9a-f]+|\d+[KMG])(?: +(?:[0-9a-f]+|\d+[KMG]))*\s*$/, ')');
}

/** perf names the thread once more as a frame of its own, `(comm)`, which is none: undefined. */
function readFrame(text: string): PerfFrame | undefined {
  if (text.endsWith(INLINED)) return frameOf(text.slice(0, -INLINED.length), '', true);
  const open = openingOfLast(text);
  // Without an object (-F ip,sym) the last parentheses are those of a C++ symbol, which no blank parts from its name.
  const hasModule = open === 0 || (open > 0 && text[open - 1] === ' ');
  const module = hasModule ? text.slice(open + 1, -1).replace(OFFSET, '') : '';
  const symbol = hasModule ? text.slice(0, open).trim() : text;
  if (/^\([^()]*\)$/.test(symbol)) return undefined;
  return frameOf(symbol === '' ? '[unknown]' : symbol, module, false);
}

/** Where the parentheses open that close at the end of the text; -1 where none do. */
function openingOfLast(text: string): number {
  if (!text.endsWith(')')) return -1;
  let depth = 0;
  for (let index = text.length - 1; index >= 0; index--) {
    if (text[index] === ')') depth++;
    else if (text[index] === '(' && --depth === 0) return index;
  }
  return -1;
}

function frameOf(symbol: string, module: string, isInlined: boolean): PerfFrame {
  const known = module === '[unknown]' ? '' : module;
  const name = symbol === '[unknown]' ? nameless(known) : symbol.replace(OFFSET, '');
  return { name, module: known, isInlined, file: '', line: 0 };
}

/** A function without a symbol goes by its object, as stackcollapse-perf.pl and perf report have it. */
function nameless(module: string): string {
  const object = module.replace(/ \(deleted\)$/, '').replace(/^.*\//, '');
  if (object === '') return UNKNOWN_FUNCTION;
  // Maps of compilers at run time (`/tmp/perf-123.map`) and anonymous memory are objects like others.
  return object.startsWith('[') ? object : `[${object}]`;
}
