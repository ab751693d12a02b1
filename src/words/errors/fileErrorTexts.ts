/** Sentences for files that cannot be read, and for captures. */
import type { TriageErrorCode } from '../../base/errors.js';
import type { Writer } from './errorDraft.js';

export const readingFiles = {
  'file-unreadable': (facts, t) => ({
    text: t('The file {0} cannot be read: {1}', facts.text('file'), facts.fileReason),
    nextStep: t('Check that it exists and that you may read it.'),
    actions: ['retry', 'log'],
  }),
  'file-empty': (_facts, t) => ({
    text: t('The file is empty.'),
    nextStep: t('Take the profile again; the command that wrote it probably failed.'),
    actions: ['open'],
  }),
  'file-too-large': (facts, t) => ({
    text: t(
      'The profile is larger than the limit of {0} MB (unpacked).',
      Math.round(facts.number('limitBytes') / 2 ** 20),
    ),
    nextStep: t('If you trust the file, raise "profile.maxSizeMegabytes".'),
    actions: ['size-setting'],
  }),
  'file-truncated': (_facts, t) => ({
    text: t('The file is cut off: it ends in the middle of a record.'),
    nextStep: t('Copy or download it again.'),
    actions: ['retry', 'log'],
  }),
  'file-corrupt': (facts, t) => ({
    text: t('The file is damaged: {0}', facts.text('reason')),
    nextStep: t('Copy or download it again; a copy in text mode ruins a binary profile.'),
    actions: ['retry', 'log'],
  }),
  'format-unknown': (facts, t) =>
    facts.text('wanted') === 'report'
      ? {
          text: t(
            'This is nothing a report is made of: no strace log, kernel trace, thread samples or cgroup health.',
          ),
          actions: ['open'],
        }
      : {
          text: facts.has('looksLike')
            ? t('This is not a profile: it looks like {0}.', facts.text('looksLike'))
            : t('This is not a profile.'),
          nextStep: t(
            'pprof, folded stacks, and the texts of "go tool pprof -raw", "perf script" and bpftrace can be opened.',
          ),
          actions: ['open'],
        },
  'format-other-editor': (facts, t) =>
    facts.text('editor') === 'report'
      ? {
          text: t('This is a trace or a set of samples, not a profile.'),
          nextStep: t('Open it in the report editor.'),
          actions: ['open'],
        }
      : {
          text: t('This is a profile, not a trace or a set of samples.'),
          nextStep: t('Open it in the profile editor.'),
          actions: ['open'],
        },
  'format-other-tool': (facts, t) => ({
    text: t('This is {0}, which {1} reads.', facts.text('what'), facts.text('tool')),
    nextStep: t('Open it there.'),
    actions: [],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;

export const captures = {
  'capture-invalid': (facts, t) => ({
    text: t('The capture record {0} cannot be used: {1}', facts.text('file'), facts.text('reason')),
    nextStep: t('The profile beside it can still be opened by itself.'),
    actions: ['log'],
  }),
  'capture-write-failed': (facts, t) => ({
    text: t('The capture cannot be written to {0}: {1}', facts.text('folder'), facts.fileReason),
    nextStep: t('Make room, or choose another capture folder.'),
    actions: ['folder-setting', 'retry', 'log'],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;
