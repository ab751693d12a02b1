/** inotify instances (mostly) or watches of a user are used up: watching cgroups, logs, certificates fails. */
import { sentence } from '../../../base/sentence.js';
import type { CountedThing, NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurn } from './kubeletBurn.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

/**
 * Not "too many open files" alone, which may be the limit of descriptors, nor "no space left on device" of a mkdir or a
 * write: a word for the watch stands before it in every one of these messages.
 */
const EXHAUSTED =
  /(?:inotify_(?:add_watch|init1?)|[iI]notify|fsnotify|NewWatcher|(?:[cC]reat\w{1,4}|[sS]tart\w{0,3}|[iI]nitiali[sz]\w{1,4}|new) (?:\w{1,20} ){0,2}[wW]atcher|[Ff]ailed to watch|[aA]llocate directory watch|[uU]nable to (?:watch|create watch))\b.{0,400}?(?:no space left on device|[tT]oo many open files|ENOSPC|EMFILE)|inotify resources exhausted|Try increasing the value of \/proc\/sys\/fs\/inotify|inotify cannot be used, reverting to polling|user limit (?:\([^)]{0,60}\) )?on (?:the )?(?:total )?(?:number of )?inotify (?:instances|watches)/u;
const FRAMES = /\binotify\.(?:\(\*Watcher\)|\w)|\(\*InotifyWatcher\)\./u;
const FULL_SHARE = 0.9;

export const inotifyExhaustion: Rule = {
  id: 'inotify-exhaustion',
  title: 'inotify instances or watches are used up',
  severity: 'medium',
  requires: ['kubelet-log', 'runtime-log', 'systemd-log', 'events', 'inotify', 'system-calls', 'cpu-profile'],
  mechanism:
    'cAdvisor watches every cgroup directory, and log agents, systemd and the kubelet watch files: 128 instances or 8,192 watches a user are soon used up. Then new watches fail: the kubelet does not start, or retries and logs, and tail -f does not follow.',
  confirm:
    'sysctl fs.inotify.max_user_instances fs.inotify.max_user_watches; find /proc/*/fd -lname anon_inode:inotify 2>/dev/null | cut -d/ -f3 | sort | uniq -c | sort -rn | head',
  mitigation: {
    text: 'Raise both limits; a watch costs about 1 KiB of kernel memory. The list of the confirming command names who holds the instances.',
    command: 'sysctl -w fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=1048576',
    risk: 'low',
  },
  fix: 'The limits in /etc/sysctl.d. Leaks of watches: google/cadvisor#1729; fewer watches from cAdvisor lib/v0.60.0 on (google/cadvisor#3354).',
  references: [
    thread('kubernetes/kubernetes', 58081),
    thread('kubernetes/kubernetes', 10421),
    thread('google/cadvisor', 1581),
    thread('google/cadvisor', 2363),
    thread('google/cadvisor', 2650),
  ],
  rivals: ['cgroup-count-ceiling', 'systemd-slice-leak'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const errors = present(saidFrom(reading, EXHAUSTED, 1), failedCalls(evidence));
  const full = present(
    used(reading, 'inotify-instances', 'inotify-instances-limit', 128),
    used(reading, 'inotify-watches', 'inotify-watches-limit', undefined),
  );
  const burn = lookForBurn(reading, { pattern: FRAMES, least: 0.03 });
  return judgeSigns(
    {
      burn: { kind: 'unseen' },
      sure: [...errors, ...full],
      // Adding watches costs CPU where they leak: it does not say that they are used up.
      hints: burn.kind === 'hot' ? [burn.evidence] : [],
    },
    {
      what: 'Watching by inotify',
      rivals: rivals(errors.length > 0),
      settle: sentence('sysctl fs.inotify.max_user_instances, and count the instances in use.'),
      isDecisive: errors.length > 0,
      ...withoutSigns(reading),
    },
  );
}

function withoutSigns(reading: Reading): { readonly without?: Judgement } {
  const instances = reading.counted('inotify-instances');
  if (instances !== undefined)
    return { without: clear('{0} inotify instances are in use.', instances.value) };
  return reading.has('kubelet-log') || reading.has('events')
    ? { without: clear('Neither log nor Events say that a watch failed for want of inotify.') }
    : {};
}

function failedCalls({ calls }: NodeEvidence): RuleEvidence | undefined {
  for (const { log, at } of calls) {
    const failed = log.calls.filter(
      ({ syscall, result }) => syscall.startsWith('inotify_') && (result === 'EMFILE' || result === 'ENOSPC'),
    );
    const [first] = failed;
    if (first !== undefined)
      return observed(
        sentence('{0} calls of {1} failed with {2}', failed.length, first.syscall, first.result ?? ''),
        { value: failed.length, unit: 'count', place: { ...at, line: first.line } },
      );
  }
  return undefined;
}

function used(
  reading: Reading,
  thing: CountedThing,
  limit: CountedThing,
  usualLimit: number | undefined,
): RuleEvidence | undefined {
  const count = reading.counted(thing);
  const most = reading.counted(limit)?.value ?? usualLimit;
  if (count === undefined || most === undefined || most <= 0 || count.value < most * FULL_SHARE)
    return undefined;
  // Above the usual limit the node's own is another.
  if (reading.counted(limit) === undefined && count.value > most) return undefined;
  return observed(sentence('{0} of {1} ({2}) are in use', count.value, most, thing), {
    value: count.value,
    unit: 'count',
    threshold: sentence('from {0} % of the limit on', FULL_SHARE * 100),
    place: count.at,
  });
}

function rivals(hasError: boolean): readonly RivalJudgement[] {
  return [
    hasError
      ? refuted('cgroup-count-ceiling', 'What failed is a watch, not the making of a cgroup.')
      : open('cgroup-count-ceiling', 'mkdir of a cgroup would fail with "no space left on device".'),
    open(
      'systemd-slice-leak',
      'Leaked scopes need a watch each: find /sys/fs/cgroup -name "run-*.scope" | wc -l.',
    ),
  ];
}
