/**
 * What a person agrees to before a debug pod is made: which node, image, namespace and rights, how long it lives, and
 * what it costs. Makes the words of the modal; it shows nothing.
 */
import type { ServerDoubt } from '../../cluster/ports.js';
import type { PodLevel } from '../../debugpod/ports.js';
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
  /** What is unusual about the node, and what is done about it: sentences, in the user's language. */
  readonly warnings: readonly string[];
}

/** What every pod of a question has in common: one fact a line, so that it can be read at a glance. */
export function placeDetail(facts: ConsentFacts, t: Translate): string {
  return [
    t('Node: {0} (context {1})', facts.node, facts.context),
    ...(facts.serverDoubt === undefined ? [] : [`⚠ ${doubtSentence(facts.serverDoubt, t)}`]),
    t('Namespace: {0}', facts.namespace),
    ...accessText(facts, t),
    t("Network: the node's own, to start where the CNI is broken too."),
    t('Life: removed when done or cancelled; ends by itself after {0} min at the latest.', minutes(facts)),
    ...facts.warnings.map(warning => `⚠ ${warning}`),
  ].join('\n');
}

/** What one way of doing it takes. */
export function wayDetail(facts: ConsentFacts, t: Translate): string {
  return [
    t('Image: {0}', facts.image),
    ...facts.imageReasons.map(reason => `    ${reason}`),
    ...(facts.upload === undefined ? [] : [uploadText(facts.upload, t)]),
    ...uploadWarnings(facts.upload, t).map(warning => `⚠ ${warning}`),
    t('Rights: {0}', levelText(facts.level, t)),
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

/** Who else gets at the node: pods/exec is all that it takes (Kubernetes, "Role Based Access Control Good Practices"). */
function accessText({ level, namespace }: ConsentFacts, t: Translate): readonly string[] {
  if (level === 'read') return [];
  const access = t('While it lives, whoever may exec into pods of {0} is root on the node.', namespace);
  return [`⚠ ${access}`];
}

/** What a level may do, in words that say what it means: src/debugpod/podSpec.ts is what they are about. */
export function levelText(level: PodLevel, t: Translate): string {
  switch (level) {
    case 'read':
      return t("root without a capability, confined as usual; it sees the node's cgroups, read-only");
    case 'sample':
      return t(
        'root on the node: hostPID, SYS_PTRACE, SYS_ADMIN, DAC_READ_SEARCH, unconfined; its disk is not mounted',
      );
    case 'ptrace':
      return t(
        'root on the node: hostPID, SYS_PTRACE, SYS_CHROOT, DAC_READ_SEARCH, KILL, unconfined; its disk is mounted read-only, against slips, not against intent',
      );
    case 'privileged':
      return t('privileged: root on the node; its disk is not mounted');
  }
}

function minutes({ lifetimeSeconds }: ConsentFacts): number {
  return Math.ceil(lifetimeSeconds / 60);
}

/** What the two ways of tracing cost, as measured: docs/tracing.md. */
export function engineCost(engine: 'kernel' | 'strace', t: Translate): string {
  return engine === 'kernel'
    ? t('Kernel tracing: 0.4 µs a system call, no thread is stopped. Needs a privileged pod.')
    : t(
        'strace: about 110 µs a system call, and every thread of the kubelet stops at each. A busy kubelet is slowed down while it runs.',
      );
}
