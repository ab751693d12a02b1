/**
 * Folded stacks, `root;…;leaf value`, one stack a line: what the stackcollapse scripts, inferno, bcc, async-profiler,
 * py-spy and Austin write and flamegraph.pl reads. Frames may hold spaces (foldedFrames.ts). With two values a line
 * (difffolded.pl) they are sample types of their own. Lines of `#` are comments; Austin's tell what its values are.
 */
import type { Profile, SampleType } from '../model.js';
import { NUMBER, ProfileBuilder } from '../profileBuilder.js';
import { AustinFacts, isAustinHeader } from './austinFacts.js';
import { FoldedFrames, isPySpyFrame, type FoldedDialect } from './foldedFrames.js';
import { LineIssues } from './lineIssues.js';
import { readFirstLines, readLines } from './textLines.js';

/** No counter of any tool holds more, and sums must stay finite. */
const LARGEST_VALUE = 2 ** 64;
const LINES_LOOKED_AT = 1000;
const SAMPLES: readonly SampleType[] = [{ type: 'samples', unit: 'count' }];
const DIFFERENTIAL: readonly SampleType[] = [
  { type: 'before', unit: 'count' },
  { type: 'after', unit: 'count' },
];

export function parseFolded(bytes: Uint8Array): Profile {
  const shape = findShape(bytes);
  const { austin, isDifferential } = shape;
  const builder = new ProfileBuilder();
  const issues = readStacks(bytes, shape, builder);
  return builder.build({
    format: 'folded',
    sampleTypes: austin?.sampleTypes ?? (isDifferential ? DIFFERENTIAL : SAMPLES),
    // flamegraph.pl draws the second of two values, and colours by what it has more than the first.
    defaultSampleType: isDifferential ? 1 : 0,
    ...austin?.facts,
    warnings: issues.warnings(),
  });
}

/** @returns the lines that are no stacks. */
function readStacks(bytes: Uint8Array, shape: FoldedShape, builder: ProfileBuilder): LineIssues {
  const { austin, isDifferential, dialect } = shape;
  const frames = new FoldedFrames(builder, dialect);
  const issues = new LineIssues('linesWithoutCount');
  const split = isDifferential ? splitCounts : splitCount;
  const valuesIn = austin === undefined ? valuesOf : (text: string) => austin.values(text);
  let lineNumber = 0;
  for (const line of readLines(bytes)) {
    lineNumber++;
    if (line.trim() === '' || austin?.take(line) === true) continue;
    const parts = split(line);
    const values = parts && valuesIn(parts.count);
    if (values !== undefined) builder.addSample(frames.of(parts!.stack), values);
    else if (!line.startsWith('#')) issues.add(lineNumber, line);
  }
  return issues;
}

interface FoldedShape {
  readonly austin: AustinFacts | undefined;
  readonly isDifferential: boolean;
  readonly dialect: FoldedDialect;
}

function findShape(bytes: Uint8Array): FoldedShape {
  const lines = readFirstLines(bytes, LINES_LOOKED_AT).filter(line => line.trim() !== '');
  const stacks = lines.filter(line => !line.startsWith('#'));
  const isAustin = lines.some(isAustinHeader);
  return {
    austin: isAustin ? new AustinFacts() : undefined,
    isDifferential: !isAustin && isDifferentialFolded(stacks),
    dialect: dialectOf(stacks, isAustin),
  };
}

function dialectOf(stacks: readonly string[], isAustin: boolean): FoldedDialect {
  if (isAustin) return 'austin';
  const leaves = stacks.map(line => splitCount(line)?.stack.split(';').at(-1) ?? '');
  return leaves.length > 0 && leaves.filter(isPySpyFrame).length * 2 >= leaves.length ? 'py-spy' : 'plain';
}

/** Every stack has two numbers behind it. */
function isDifferentialFolded(stacks: readonly string[]): boolean {
  const counted = stacks.filter(line => valuesOf(splitCount(line)?.count ?? '') !== undefined);
  return counted.length > 0 && counted.every(line => isWhole(splitCounts(line)?.count ?? ''));
}

function isWhole(counts: string): boolean {
  return /^\d+ \d+$/.test(counts);
}

/** Undefined where a word is no number. */
function valuesOf(counts: string): number[] | undefined {
  const words = counts.split(' ');
  return words.every(word => NUMBER.test(word) && Math.abs(Number(word)) <= LARGEST_VALUE)
    ? words.map(Number)
    : undefined;
}

/**
 * The stack and the last word of a line; undefined where there is one word only. By hand, because a pattern takes
 * quadratic time on a line of a million spaces.
 */
export function splitCount(line: string): { stack: string; count: string } | undefined {
  const text = line.trim();
  const blank = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  return blank === -1 ? undefined : { stack: text.slice(0, blank).trimEnd(), count: text.slice(blank + 1) };
}

/** The stack and its last two words, with one blank between them. */
function splitCounts(line: string): { stack: string; count: string } | undefined {
  const second = splitCount(line);
  const first = second && splitCount(second.stack);
  return first && { stack: first.stack, count: `${first.count} ${second.count}` };
}
