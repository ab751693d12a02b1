/** Answers that go beyond src/base/limits.ts, as errors. */
import { TriageError } from '../../base/errors.js';

/** What there is too much of: `bytes` in bytes, the others in pieces. */
export type Counted =
  'bytes' | 'nodes' | 'pods' | 'pages' | 'changes' | 'lines' | 'values' | 'levels' | 'messages';

export interface Excess {
  /** "the list of nodes" */
  readonly what: string;
  readonly node?: string | undefined;
  readonly limit: number;
  readonly counted: Counted;
}

/** `answer-too-large`. No well API server sends so much: cause and next step are about who answers. */
export function answerTooLarge({ what, node, limit, counted }: Excess): TriageError {
  const ofNode = node === undefined ? '' : ` of node ${node}`;
  return new TriageError(
    'answer-too-large',
    `Stopped reading ${what}${ofNode}: it has more than ${limit} ${counted}, far more than a real one. Check the ` +
      'server address in the kubeconfig, and what stands between here and the API server.',
    { node, facts: { limit, counted } },
  );
}
