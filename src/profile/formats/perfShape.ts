/**
 * What a text of `perf script` consists of, from its first lines: `perf script -F` can leave out all that a line could be
 * known by, so that only the whole tells.
 */
import { fieldOf, isChainFrame, parseFrame, parseInlineFrame, parseSourceLine } from './perfFrame.js';
import { isAlignedHead, parsePerfHeader } from './perfHeader.js';

export interface PerfShape {
  /** Samples have heads with a thread and a time or processor: what has no such head and is no frame is no sample. */
  readonly hasCertainHeads: boolean;
  /** Samples have call chains (-g), a line a frame. */
  readonly hasChains: boolean;
}

/** Longer lines are no lines of perf. */
export const MAX_PERF_LINE = 1 << 14;
/** Share of lines that must be perf's own: what a terminal or another program printed may stand between them. */
const MIN_SHARE = 0.5;
const MIN_SHARE_WITHOUT_HEADS = 0.9;

/** `program 14351 12112.392500: PERF_RECORD_MMAP2 …`: of a process, no sample. */
export function isPerfRecord(line: string): boolean {
  const at = line.indexOf('PERF_RECORD_');
  return at !== -1 && at < 100 && (at === 0 || line[at - 1] === ' ') && !line.startsWith('\t');
}

type LineKind = 'head' | 'frame' | 'flat' | 'record' | 'passed' | 'other';

/** Undefined where the lines are no text of `perf script`. */
export function findPerfShape(lines: readonly string[]): PerfShape | undefined {
  const counts = { head: 0, frame: 0, flat: 0, record: 0, other: 0 };
  let before: LineKind = 'passed';
  lines.forEach((line, index) => {
    const kind = kindOf(line, before, lines[index + 1] ?? '');
    if (kind !== 'passed') counts[kind]++;
    before = kind;
  });
  const { head, frame, flat, record, other } = counts;
  const known = head + frame + flat + record;
  const share = known / (known + other);
  if (head + record > 0)
    return share >= MIN_SHARE ? { hasCertainHeads: true, hasChains: frame > 0 } : undefined;
  if (known === 0 || share < MIN_SHARE_WITHOUT_HEADS) return undefined;
  return { hasCertainHeads: false, hasChains: lines.some(isChainFrame) };
}

function kindOf(line: string, before: LineKind, next: string): LineKind {
  if (line.trim() === '' || line.startsWith('#')) return 'passed';
  if (line.length > MAX_PERF_LINE) return 'other';
  if (isPerfRecord(line)) return 'record';
  if (isChainFrame(line)) return 'frame';
  if (line.startsWith('\t')) return before === 'passed' ? 'other' : kindBelow(line);
  const header = parsePerfHeader(line);
  if (header?.isCertain === true)
    return isFolded(line, header.rest) && !next.startsWith('\t') ? 'other' : 'head';
  return kindWithoutHead(line, before, next);
}

function kindWithoutHead(line: string, before: LineKind, next: string): LineKind {
  const isBelow = before !== 'other' && before !== 'record';
  if (isBelow && (parseSourceLine(line) !== undefined || fieldOf(line) !== undefined)) return 'passed';
  // Tabs may have become blanks on their way through a terminal.
  if ((before === 'head' || before === 'frame') && /^ +[0-9a-f]+ \S/.test(line)) return kindBelow(line);
  if (parseInlineFrame(line) !== undefined || isAlignedHead(line)) return 'flat';
  return isChainFrame(next) ? 'flat' : 'other';
}

/** A stack whose first frame looks like a head: `x 1 [000] 1.5: cycles: ;run 3`. */
function isFolded(line: string, rest: string): boolean {
  return line.includes(';') && /\s\d+$/.test(line) && parseInlineFrame(rest) === undefined;
}

function kindBelow(line: string): LineKind {
  if (parseFrame(line) !== undefined || parseSourceLine(line) !== undefined) return 'frame';
  return fieldOf(line) === undefined ? 'other' : 'passed';
}
