/**
 * What a person agrees to before a debug pod is made: rights first, then node, namespace, life, image and cost, a short
 * line each, as a modal shows some twenty lines before it scrolls. Makes the words of the modal; it shows nothing.
 */
import type { ServerDoubt } from '../../cluster/clusterPorts.js';
import type { PodLevel } from '../../debugpod/debugPodPorts.js';
import { doubtSentence } from '../serverDoubtText.js';
import type { Translate } from '../translate.js';
import type { StraceFile } from '../../podwork/straceFile.js';

export interface ConsentFacts {
  readonly context: string;
  /** The manifest and all commands go to this server. */
  readonly serverDoubt: ServerDoubt | undefined;
  readonly node: string;
  readonly namespace: string;
  readonly level: PodLevel;
  /** In full, with registry and tag. */
  readonly image: string;
  /** Why this image, and what will be pulled: sentences, in the user's language. */
  readonly imageReasons: readonly string[];
  /** Will be put into the pod. */
  readonly upload: StraceFile | undefined;
  /** The pod ends by itself after so many seconds, whatever happens. */
  readonly lifetimeSeconds: number;
  /** That the node is not ready, and what is likely to work there: undefined for one that is. */
  readonly notReady: string | undefined;
  /** What else is unusual about the node, and what is done about it: sentences, in the user's language. */
  readonly warnings: readonly string[];
}

/** One way of doing it: a button. */
export interface ConsentWay {
  readonly label: string;
  readonly level: PodLevel;
}

/** A button says what it makes where that is more than a pod like others: it takes a deliberate yes. */
export function buttonLabel(
  { label, level, isCritical }: ConsentWay & { readonly isCritical: boolean },
  t: Translate,
): string {
  if (level !== 'privileged') return isCritical ? t('{0} (critical pod)', label) : label;
  return isCritical ? t('{0} (privileged, critical pod)', label) : t('{0} (privileged pod)', label);
}

/** What every pod of a question has in common, and what each may do: one fact a line, the most dangerous first. */
export function placeDetail(facts: ConsentFacts, ways: readonly ConsentWay[], t: Translate): string {
  const isRoot = ways.some(({ level }) => level !== 'read');
  return [
    t(
      'This creates a debug pod on {0} (context {1}), namespace {2}:',
      facts.node,
      facts.context,
      facts.namespace,
    ),
    ...(facts.notReady === undefined ? [] : [`⚠ ${facts.notReady}`]),
    ...(facts.serverDoubt === undefined ? [] : [`⚠ ${doubtSentence(facts.serverDoubt, t)}`]),
    ...rightsText(ways, t),
    // pods/exec is all that it takes (Kubernetes, "Role Based Access Control Good Practices").
    ...(isRoot
      ? [`⚠ ${t('Each user who may exec into pods of {0} is root on the node, too.', facts.namespace)}`]
      : []),
    t("Network: the node's own (hostNetwork), to start where the CNI is broken."),
    t('Life: removed when done or cancelled; ends by itself after {0} min.', minutes(facts)),
    ...facts.warnings.map(warning => `⚠ ${warning}`),
  ].join('\n');
}

/** Privileged before the others. */
function rightsText(ways: readonly ConsentWay[], t: Translate): readonly string[] {
  const ordered = [...ways].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const levels = new Set(ways.map(({ level }) => level));
  return (levels.size === 1 ? ordered.slice(0, 1) : ordered).map(({ label, level }) => {
    const right = levelText(level, t);
    const line = levels.size === 1 ? t('Rights: {0}', right) : t('Rights of {0}: {1}', label, right);
    return level === 'read' ? line : `⚠ ${line}`;
  });
}

const LEVELS: readonly PodLevel[] = ['privileged', 'ptrace', 'facts', 'sample', 'read'];

/** The image of one way, and what is put into it. */
export function wayDetail(facts: ConsentFacts, t: Translate): string {
  return [
    t('Image: {0}', facts.image),
    ...facts.imageReasons.map(reason => `    ${reason}`),
    ...(facts.upload === undefined ? [] : [uploadText(facts.upload, t)]),
    ...uploadWarnings(facts.upload, t).map(warning => `⚠ ${warning}`),
  ].join('\n');
}

/** Of the checksum, as many digits as one compares by eye. */
const SHOWN_DIGITS = 12;

function uploadText({ name, bytes, sha256 }: StraceFile, t: Translate): string {
  const megabytes = (bytes.length / 1e6).toFixed(1);
  return t(
    "Upload: {0} ({1} MB, SHA-256 {2}…), into the pod's memory",
    name,
    megabytes,
    sha256.slice(0, SHOWN_DIGITS),
  );
}

function uploadWarnings(upload: StraceFile | undefined, t: Translate): readonly string[] {
  if (upload?.interpreter === undefined) return [];
  const { name, interpreter } = upload;
  return [t('{0} is not static: it runs only where the image has {1} and its libraries.', name, interpreter)];
}

/** What a level may do, in words that say what it means: src/debugpod/podSpec.ts is what they are about. */
export function levelText(level: PodLevel, t: Translate): string {
  switch (level) {
    case 'read':
      return t("root without a capability; mounts the node's cgroups and /proc/timer_list, read-only");
    case 'sample':
      return t(
        'root on the node: hostPID, SYS_PTRACE, SYS_ADMIN, DAC_READ_SEARCH, unconfined; no host mounts',
      );
    case 'facts':
      return t(
        "root on the node: hostPID, SYS_PTRACE, SYS_ADMIN, DAC_READ_SEARCH, SYS_CHROOT (for the node's own journalctl, runc, iptables), SYSLOG, unconfined; no host mounts",
      );
    case 'ptrace':
      return t(
        'root on the node: hostPID, SYS_PTRACE, SYS_CHROOT, DAC_READ_SEARCH, KILL, unconfined; its disk read-only, against slips, not intent',
      );
    case 'privileged':
      return t('root on the node: privileged, hostPID; no host mounts');
  }
}

function minutes({ lifetimeSeconds }: ConsentFacts): number {
  return Math.ceil(lifetimeSeconds / 60);
}

/** What the two ways of tracing cost, as measured: docs/tracing.md. */
export function engineCost(engine: 'kernel' | 'strace', t: Translate): string {
  return engine === 'kernel'
    ? t('Cost: 0.4 µs a system call; no thread is stopped.')
    : t('Cost: 110 µs a system call; every thread of the kubelet stops at each, a busy one is slowed down.');
}
