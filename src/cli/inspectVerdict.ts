/** Verdicts of all kinds of reports as `inspect` prints them: sentences as English text. */
import { formatSentence, type Sentence } from '../base/sentence.js';

interface Line {
  readonly evidence: readonly Sentence[];
  readonly doubt?: Sentence | undefined;
}

export type InspectedVerdict<L extends Line> = Omit<L, keyof Line> & {
  readonly evidence: readonly string[];
  /** Absent where there is none. */
  readonly doubt?: string;
};

export function inspectVerdict<L extends Line>(lines: readonly L[]): readonly InspectedVerdict<L>[] {
  return lines.map(({ evidence, doubt, ...line }) => ({
    ...line,
    evidence: evidence.map(formatSentence),
    ...(doubt !== undefined && { doubt: formatSentence(doubt) }),
  }));
}
