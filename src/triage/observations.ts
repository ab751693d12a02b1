/**
 * The observations that most rules are made of, each with its bound in words: a share of the CPU profile, a number of
 * something, what a log says. Undefined where there is none, or it stays below its bound.
 */
import { sentence } from '../base/sentence.js';
import type { CountedThing, LogOrigin } from '../material/model.js';
import type { Reading, Said } from './reading.js';
import { observed, type RuleEvidence } from './rule.js';

/** Three figures, for a sentence. */
export function percent(share: number): number {
  return Number((share * 100).toPrecision(3));
}

export function milliseconds(seconds: number): number {
  return Number((seconds * 1000).toPrecision(3));
}

/** Those that were made, in their order. */
export function present<T>(...maybe: readonly (T | undefined)[]): readonly T[] {
  return maybe.filter(one => one !== undefined);
}

/** Functions that match `pattern` (below `outer`, where given) have at least `least` of the CPU profile. */
export function cpuFrom(
  reading: Reading,
  pattern: RegExp,
  least: number,
  outer?: RegExp,
): RuleEvidence | undefined {
  const found = reading.cpuShare(pattern, outer);
  if (found === undefined || found.share < least) return undefined;
  return observed(
    sentence('{0} and what it calls have {1} % of the CPU profile', found.name, percent(found.share)),
    {
      value: found.share,
      unit: 'share',
      threshold: sentence('from {0} % on', percent(least)),
      place: found.place,
    },
  );
}

const COUNTED_TEXTS: Readonly<Record<CountedThing, string>> = {
  pods: 'The node has {0} pods',
  'containers-running': 'The node has {0} running containers',
  'containers-exited': 'The node has {0} exited containers',
  'sandboxes-exited': 'The node has {0} pod sandboxes that are not ready',
  images: 'The node has {0} images',
  claims: 'The node has {0} persistent volume claims',
  'memory-cgroups': 'The kernel has {0} memory cgroups, dead ones among them',
  'memory-cgroup-directories': 'There are {0} memory cgroups with a directory',
  'dying-cgroups': '{0} cgroups are dying',
  'cgroup-directories': 'There are {0} cgroup directories',
  'unpopulated-cgroups': '{0} cgroups have no process',
  'systemd-scopes': 'systemd has {0} scopes',
  'systemd-slices': 'systemd has {0} slices',
  mounts: 'The mount table has {0} lines',
  'mount-changes-per-second': 'The mount table changes {0} times a second',
  'execs-per-second': '{0} commands a second begin in containers',
  'runc-starts-per-second': 'runc begins {0} times a second',
  'inotify-instances': '{0} inotify instances are in use',
  'inotify-instances-limit': 'A user may have {0} inotify instances',
  'inotify-watches': '{0} inotify watches are in use',
  'inotify-watches-limit': 'A user may have {0} inotify watches',
  'iptables-rules': 'There are {0} iptables rules',
  'iptables-duplicates': '{0} iptables rules stand there more than once',
  'ipvs-entries': 'IPVS has {0} entries',
  'conntrack-entries': 'conntrack has {0} entries',
  'conntrack-limit': 'conntrack may have {0} entries',
  dentries: 'The kernel keeps {0} directory entries',
  'dentries-unused': '{0} directory entries are not in use',
  goroutines: 'The kubelet has {0} goroutines',
  'bpf-jit-bytes': 'BPF programs have {0} bytes of compiled code',
  'bpf-jit-limit-bytes': 'BPF programs may have {0} bytes of compiled code',
  'block-devices': 'The node has {0} block devices',
  'open-files': '{0} files are open',
};

/** At least `least` of the thing were counted. */
export function countFrom(reading: Reading, thing: CountedThing, least: number): RuleEvidence | undefined {
  const found = reading.counted(thing);
  if (found === undefined || found.value < least) return undefined;
  return observed(sentence(COUNTED_TEXTS[thing], found.value), {
    value: found.value,
    unit: 'count',
    threshold: sentence('from {0} on', least),
    place: found.at,
  });
}

/** Longest quotation of a log in a sentence. */
const QUOTED = 200;

/** Logs and Events say it, at least `least` times. The sentence quotes the first. */
export function saidFrom(
  reading: Reading,
  pattern: RegExp,
  least: number,
  ...origins: readonly LogOrigin[]
): RuleEvidence | undefined {
  return quotedFrom(reading.said(pattern, ...origins), least);
}

/** The same of lines that a rule has picked itself. */
export function quotedFrom(found: readonly Said[], least = 1): RuleEvidence | undefined {
  const times = found.reduce((sum, one) => sum + one.times, 0);
  const [first] = found;
  if (first === undefined || times < least) return undefined;
  const text = first.text.length > QUOTED ? `${first.text.slice(0, QUOTED)}…` : first.text;
  return observed(
    times === 1 ? sentence('The log says: {0}', text) : sentence('The log says {0} times: {1}', times, text),
    {
      value: times,
      unit: 'count',
      ...(least > 1 ? { threshold: sentence('from {0} times on', least) } : {}),
      place: first.at,
    },
  );
}
