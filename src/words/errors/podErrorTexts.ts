/** Sentences for what goes wrong with a debug pod and what runs in it. */
import type { TriageErrorCode } from '../../base/errors.js';
import type { Facts, Writer } from './errorDraft.js';
import { startAdviceText } from './podStartAdvice.js';
import type { Translate } from '../translate.js';

export const aboutPods = {
  'pod-refused': (facts, t) => ({
    text: t('The cluster refused the debug pod for {0}: {1}', facts.node, facts.text('reason')),
    nextStep: t(
      'Choose a namespace whose policy allows it ("debugPod.namespace"), or ask an administrator to allow it for one. Nothing was created.',
    ),
    actions: ['pod-namespace-setting', 'log', 'retry'],
  }),
  'pod-name-taken': (facts, t) => ({
    text: t('A pod named {0} exists already.', facts.text('pod')),
    nextStep: t('Retry: every run makes a name of its own.'),
    actions: ['retry', 'log'],
  }),
  'pod-not-started': (facts, t) => ({
    text: t(
      'The debug pod did not start on {0}: {1} {2}',
      facts.node,
      facts.text('reason'),
      facts.has('message') ? facts.text('message') : '',
    ).trimEnd(),
    nextStep: startAdviceText(facts.text('advice'), t) ?? t('It was removed. The log has the details.'),
    actions: ['retry', 'pod-image-setting', 'log'],
  }),
  'pod-ended': (facts, t) =>
    facts.has('stranger')
      ? {
          text: t(
            'The debug pod on {0} ended: another process was started in it, {1} ({2}).',
            facts.node,
            facts.text('stranger'),
            facts.text('pid'),
          ),
          nextStep: t(
            'Each user who may exec into pods of that namespace is root on the node while a debug pod lives. Find out who it was, or choose a namespace of its own ("debugPod.namespace").',
          ),
          actions: ['pod-namespace-setting', 'log', 'retry'],
        }
      : {
          text: t('The debug pod on {0} ended while it was needed: {1}', facts.node, facts.text('reason')),
          nextStep: t('A user or a controller may have deleted it, or the node evicted it. Retry.'),
          actions: ['retry', 'log'],
        },
  'node-unfit': (facts, t) => ({
    text:
      facts.text('reason') === 'Windows'
        ? t('{0} runs Windows: there is no strace and no /proc on it.', facts.node)
        : t('{0} is a virtual node: there is no machine behind it that a pod could look at.', facts.node),
    nextStep: t('Profiles of its kubelet may still work. Nothing was created.'),
    actions: [],
  }),
  'node-not-ready': (facts, t) => ({
    text: t('{0} became not ready while it was measured. Nothing was changed on it.', facts.node),
    nextStep: t('Drain it and reboot it where it does not recover.'),
    actions: ['log'],
  }),
  'intent-write-failed': (facts, t) => ({
    text: t(
      'The debug pod for {0} could not be written down in {1}: {2}',
      facts.node,
      facts.text('folder'),
      facts.fileReason,
    ),
    nextStep: t(
      "No pod is made that a crash could leave behind unknown. That folder is the editor's own storage, and no setting names it: make room on its disk, or let this user write there, then retry.",
    ),
    actions: ['retry', 'log'],
  }),
  'exec-refused': (facts, t) => ({
    text: t('A command could not be started in the debug pod on {0}: {1}', facts.node, facts.text('reason')),
    nextStep: t('The pod was removed. Retry, or choose another image ("debugPod.image").'),
    actions: ['retry', 'pod-image-setting', 'log'],
  }),
  'exec-lost': (facts, t) => ({
    text: t('The connection to the debug pod on {0} broke before its command had ended.', facts.node),
    nextStep: t('What ran there ends by itself within its time limit. Retry.'),
    actions: ['retry', 'log'],
  }),
  'command-failed': (facts, t) => ({
    text: t(
      'The command {0} failed on {1} with status {2}: {3}',
      facts.text('command'),
      facts.node,
      facts.text('exitCode'),
      facts.text('stderr'),
    ),
    nextStep: t('The log has the details.'),
    actions: ['retry', 'log'],
  }),
  'transfer-failed': (facts, t) => ({
    text:
      facts.text('way') === 'upload'
        ? t('The file {0} did not arrive on {1} as it was sent.', facts.text('file'), facts.node)
        : t('The file {0} did not arrive from {1} as it was sent.', facts.text('file'), facts.node),
    nextStep: t('The connection loses data on the way. Retry.'),
    actions: ['retry', 'log'],
  }),
  'kubelet-not-found': (facts, t) => ({
    text: t('No process on {0} could be told to be its kubelet: {1}', facts.node, facts.text('reason')),
    nextStep: t('The log lists the candidates.'),
    actions: ['log'],
  }),
  'tool-missing': (facts, t) => ({
    text: t(
      'There is no {0} in the image {1}, nor on {2}.',
      facts.text('tool'),
      facts.text('image'),
      facts.node,
    ),
    nextStep: t('Choose an image that has it ("debugPod.image").'),
    actions: ['pod-image-setting', 'log'],
  }),
  'tool-unfit': (facts, t) => ({
    text: misfitText(facts, t),
    nextStep: t(
      'Choose a static strace for Linux and the node\'s architecture ("debugPod.straceFile"), or none. Nothing was created.',
    ),
    actions: ['strace-file-setting', 'retry'],
  }),
  'trace-refused': (facts, t) => ({
    text: t('{0} does not allow the trace: {1}', facts.node, facts.text('reason')),
    nextStep: t('Try the other way of tracing, or sample the threads.'),
    actions: ['log'],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;

function misfitText(facts: Facts, t: Translate): string {
  const file = facts.text('file');
  switch (facts.text('problem')) {
    case 'too-large':
      return t(
        'The file {0} has {1} MB; {2} MB at most are uploaded.',
        file,
        facts.text('found'),
        facts.text('wanted'),
      );
    case 'other-machine':
      return t(
        'The file {0} is a program for {1}; {2} needs one for {3}.',
        file,
        facts.text('found'),
        facts.node,
        facts.text('wanted'),
      );
    default:
      return t('The file {0} is no program for Linux.', file);
  }
}
