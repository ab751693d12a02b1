/** Sentences for bundles of captures that are not imported or not written. */
import type { TriageErrorCode } from '../../base/errors.js';
import { BUNDLE } from '../../base/limits.js';
import type { BundleProblem } from '../../bundle/bundleProblem.js';
import type { Translate } from '../translate.js';
import type { Facts, Writer } from './errorDraft.js';

const MEGABYTE = 2 ** 20;

const REASONS: Readonly<Record<BundleProblem, (t: Translate) => string>> = {
  damaged: t => t('it is damaged, or no zip file'),
  'no-captures': t => t('there is no capture in it'),
  'too-many-files': t => t('it has more than {0} files', BUNDLE.entries),
  'too-many-captures': t => t('it has more than {0} captures', BUNDLE.captures),
  'too-large': t => t('unpacked it is larger than {0} MB', BUNDLE.bytes / MEGABYTE),
  expands: t => t('unpacked it is more than {0} times as large as it is now', BUNDLE.expansion),
  overlaps: t => t('its files overlap each other'),
  'unfit-name': t => t('it has a file whose name leads out of the folder, or is none on every system'),
  'no-file': t => t('it has a link or a device'),
  duplicate: t => t('it has two files of the same name'),
  encrypted: t => t('it is encrypted'),
  'unknown-method': t => t('it is packed by a method other than zip’s usual one'),
};

function reasonOf(facts: Facts, t: Translate): string {
  const problem = facts.text('problem');
  const known = Object.hasOwn(REASONS, problem) ? REASONS[problem as BundleProblem](t) : facts.text('reason');
  return facts.has('entry') ? t('{0} ({1})', known, facts.text('entry')) : known;
}

function writeExcess(facts: Facts, t: Translate): string {
  switch (facts.text('counted')) {
    case 'captures':
      return t('more than {0} captures', facts.number('limit'));
    case 'files':
      return t('more than {0} files', facts.number('limit'));
    default:
      return t('more than {0} MB', facts.number('limit') / MEGABYTE);
  }
}

export const bundles = {
  'bundle-invalid': (facts, t) => ({
    text: t('{0} was not imported: {1}', facts.text('file'), reasonOf(facts, t)),
    nextStep: t('Nothing of it was kept. Have it exported and sent once more.'),
    actions: ['log'],
  }),
  'bundle-too-large': (facts, t) => ({
    text: t('The bundle would have {0}, which no one could import.', writeExcess(facts, t)),
    nextStep: t('Select fewer captures.'),
    actions: [],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;
