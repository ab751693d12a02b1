/**
 * The sentences that a capture writes into `issues`, and the way back from a sentence to the user's language. What a
 * person or a script wrote there matches nothing and stays as it is.
 */
import { OUTSIDE_TEXT } from '../base/limits.js';
import { formatSentence, valuesIn } from '../base/sentence.js';
import { CGROUP_WARNING_TEXTS } from '../cgroup/cgroupSentences.js';
import { FACT_WARNING_TEXTS } from '../nodefacts/factSentences.js';
import { THREAD_WARNING_TEXTS } from '../threads/threadSentences.js';

/** Translates a template and leaves its {0}, {1} where they are. */
export type TranslateTemplate = (english: string) => string;

const templates = (t: TranslateTemplate) => ({
  noCpuBefore: t('The kubelet’s process CPU could not be read before the profile: {0}'),
  noCpuAfter: t('The kubelet’s process CPU could not be read after the profile: {0}'),
  restarted: t('The kubelet restarted during the capture; its process CPU is unknown.'),
  sliceFailed: t('Slice {0} of {1} failed, the slices before it were kept: {2}'),
  waited: t('Another CPU profile was running before slice {0}; waited {1} s for it.'),
  noSamples: t('The kubelet was idle: the CPU profile has no samples.'),
  noContention: t(
    'The profile is empty: the kubelet records contention only with enableContentionProfiling in its configuration.',
  ),
  traceEvents: t('{0} events were lost before they were read: all counts are lower bounds.'),
  traceFull: t('The trace ended after {0} s: its file had reached its limit.'),
  traceThreads: t('{0} of the kubelet’s {1} threads were traced.'),
  traceFiles: t(
    'The kubelet had more files open, or longer paths, than the trace notes: some calls are shown without their file.',
  ),
  traceInstance: t(
    'The kernel’s tracing instance could not be removed by the trace; the pod’s end or the next trace removes it.',
  ),
  traceHeld: t(
    'After the trace, {0} threads of the kubelet were still traced and {1} stopped. Look at the node: kill the tracer, or restart the kubelet.',
  ),
  traceContinued: t('After the trace, the kubelet stood still and was woken by SIGCONT.'),
  straceUnusable: t('The uploaded strace does not run in the pod; {0} was used in its place.'),
  traceKilled: t('strace did not end when it was told to, and was killed.'),
  passedOverPods: t('Not taken for the kubelet, as they run in pods: {0}'),
  passedOverUsers: t('Not taken for the kubelet, as they do not run as root: {0}'),
  passedOverUnknown: t('Not taken for the kubelet, as their control group cannot be read: {0}'),
  fileIgnored: t('A file name with a folder in it was ignored: {0}'),
  folderCut: t('The folder has more than {0} files; the others were not looked at.'),
  noRecord: t('There is no capture.json in the folder; what it would say is unknown.'),
});

export type CaptureIssue = keyof ReturnType<typeof templates>;

const ENGLISH = templates(english => english);

/** What the readings of samples and checks warn of stands in their captures, too. */
const WARNINGS = [THREAD_WARNING_TEXTS, CGROUP_WARNING_TEXTS, FACT_WARNING_TEXTS].flatMap(texts =>
  Object.values<string>(texts),
);

/** The English sentence. */
export function captureIssue(issue: CaptureIssue, ...values: readonly (string | number)[]): string {
  return formatSentence({ template: ENGLISH[issue], values });
}

/** The sentence in another language, where it is one of ours; else unchanged. Time is linear in the sentence. */
export function translateIssue(sentence: string, t: TranslateTemplate): string {
  // parseCaptureRecord cuts there: what is longer was never read from a record.
  const looked = sentence.slice(0, OUTSIDE_TEXT.sentence);
  const translated = templates(t);
  for (const issue of Object.keys(ENGLISH) as CaptureIssue[]) {
    const values = valuesIn(looked, ENGLISH[issue]);
    if (values !== undefined) return formatSentence({ template: translated[issue], values });
  }
  for (const template of WARNINGS) {
    const values = valuesIn(looked, template);
    if (values !== undefined) return formatSentence({ template: t(template), values });
  }
  return sentence;
}
