/**
 * What a person agrees to before a debug pod is made: which node, image, namespace and rights, how long it lives, and
 * what it costs. Makes the words of the modal; it shows nothing.
 */
import type { PodLevel } from '../../debugpod/ports.js';
import type { Translate } from '../translate.js';

export interface ConsentFacts {
  readonly context: string;
  readonly node: string;
  readonly namespace: string;
  readonly level: PodLevel;
  readonly image: string;
  /** Why this image, and what will be pulled: sentences, in the user's language. */
  readonly imageReasons: readonly string[];
  /** The pod ends by itself after so many seconds, whatever happens. */
  readonly lifetimeSeconds: number;
  /** What is unusual about the node, and what is done about it: sentences, in the user's language. */
  readonly warnings: readonly string[];
}

/** The modal's detail: one fact a line, so that it can be read at a glance. */
export function consentDetail(facts: ConsentFacts, t: Translate): string {
  return [
    t('Node: {0} (context {1})', facts.node, facts.context),
    t('Namespace: {0}', facts.namespace),
    t('Image: {0}', facts.image),
    ...facts.imageReasons.map(reason => `    ${reason}`),
    t('Rights: {0}', levelText(facts.level, t)),
    t('Life: removed when done or cancelled; ends by itself after {0} min at the latest.', minutes(facts)),
    ...facts.warnings.map(warning => `⚠ ${warning}`),
  ].join('\n');
}

/** What a level may do, in words that say what it means. */
export function levelText(level: PodLevel, t: Translate): string {
  switch (level) {
    case 'ptrace':
      return t(
        "root in the node's process namespace, SYS_PTRACE and SYS_ADMIN, no seccomp, AppArmor or SELinux confinement; the node's files read-only",
      );
    case 'privileged':
      return t("privileged: everything root may do on the node; the node's files are mounted read-only");
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
