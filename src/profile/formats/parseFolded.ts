/**
 * Folded stacks, `root;…;leaf value`, one stack a line: what the stackcollapse scripts and inferno write and
 * flamegraph.pl reads. Frames may hold spaces. The marks `_[i]` (inlined), `_[k]` (kernel) and `_[j]` (compiled at run
 * time) that those scripts can put behind a name are taken off it and become what they say.
 */
import { UNKNOWN_FUNCTION, type FrameIndex, type Profile } from '../model.js';
import { parseValue, ProfileBuilder } from '../profileBuilder.js';
import { LineIssues } from './lineIssues.js';
import { readLines } from './textLines.js';

/** flamegraph.pl also knows w, the waker's side of an off-CPU stack. */
const MARK = /_\[([kijw])\]$/;
const MODULE_OF_MARK: Readonly<Record<string, string>> = { k: '[kernel]', j: '[jit]', w: '[waker]' };

/** @throws TriageError `file-corrupt` for a value beyond 2^53 */
export function parseFolded(bytes: Uint8Array): Profile {
  const builder = new ProfileBuilder();
  const frames = new FoldedFrames(builder);
  const issues = new LineIssues('linesWithoutCount');
  let lineNumber = 0;
  for (const line of readLines(bytes)) {
    lineNumber++;
    if (line.trim() === '') continue;
    const parts = splitCount(line);
    const value = parts && parseValue(parts.count, `line ${lineNumber}`);
    if (value !== undefined)
      builder.addSample(
        parts!.stack.split(';').map(text => frames.of(text)),
        [value],
      );
    else if (!line.startsWith('#')) issues.add(lineNumber);
  }
  return builder.build({
    format: 'folded',
    sampleTypes: [{ type: 'samples', unit: 'count' }],
    defaultSampleType: 0,
    warnings: issues.warnings(),
  });
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

/** The same few thousand frames come again on every line: their text leads straight to them. */
class FoldedFrames {
  readonly #builder: ProfileBuilder;
  readonly #known = new Map<string, FrameIndex>();

  constructor(builder: ProfileBuilder) {
    this.#builder = builder;
  }

  of(text: string): FrameIndex {
    let frame = this.#known.get(text);
    if (frame === undefined) {
      const mark = MARK.exec(text)?.[1];
      const name = mark === undefined ? text : text.replace(MARK, '');
      const func = this.#builder.function({
        name: name === '[unknown]' ? UNKNOWN_FUNCTION : name,
        module: mark === undefined ? undefined : MODULE_OF_MARK[mark],
      });
      frame = this.#builder.frame(func, 0, mark === 'i');
      this.#known.set(text, frame);
    }
    return frame;
  }
}
