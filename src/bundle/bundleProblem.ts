/** Why a bundle is not taken, as a code with its English words: the editor says it in the user's language. */
import { TriageError } from '../base/errors.js';
import { BUNDLE } from '../base/limits.js';

const WORDS = {
  damaged: 'it is damaged, or no zip file',
  'no-captures': 'there is no capture in it',
  'too-many-files': `it has more than ${BUNDLE.entries} files`,
  'too-many-captures': `it has more than ${BUNDLE.captures} captures`,
  'too-large': `unpacked it is larger than ${BUNDLE.bytes / 2 ** 20} MB`,
  expands: `unpacked it is more than ${BUNDLE.expansion} times as large as it is now`,
  overlaps: 'its files overlap each other',
  'unfit-name': 'it has a file whose name leads out of the folder, or is none on every system',
  'no-file': 'it has a link or a device',
  duplicate: 'it has two files of the same name',
  encrypted: 'it is encrypted',
  'unknown-method': 'it is packed by a method other than zip’s usual one',
} as const;

export type BundleProblem = keyof typeof WORDS;

/** `bundle-invalid`. `entry`: the name in the bundle that it is about. */
export function invalidBundle(
  file: string,
  problem: BundleProblem,
  about: { readonly entry?: string | undefined; readonly cause?: unknown } = {},
): TriageError {
  const reason = WORDS[problem];
  const where = about.entry === undefined ? '' : ` (${about.entry})`;
  return new TriageError('bundle-invalid', `${file} cannot be imported: ${reason}${where}.`, {
    facts: { file, problem, reason, entry: about.entry },
    cause: about.cause,
  });
}
