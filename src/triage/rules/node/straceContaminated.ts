/** What was measured while strace stopped every thread at each system call: slow is then what strace makes slow. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, processesFrom } from '../../kernelObservations.js';
import { saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const PTRACE =
  /^(?:ptrace_stop|ptrace_notify|ptrace_do_notify|ptrace_report_syscall|syscall_trace_(?:enter|leave)|ptrace_check_attach|wait_task_inactive)/u;
const PTRACE_SHARE = 0.05;
const STRACE = /(?:^|\/)strace(?:\s|$)/u;
const STRACE_CORES = 0.2;
const TRACER = /TracerPid:\s{0,10}[1-9]\d{0,7}/u;
/** Of all samples of threads. */
const STOPPED_SHARE = 0.05;

export const straceContaminated: Rule = {
  id: 'strace-contaminated',
  title: 'The node was measured while strace slowed it down',
  severity: 'low',
  requires: ['cpu-profile', 'processes', 'threads', 'system-calls'],
  mechanism:
    'strace stops every thread twice at each system call, and a Go program makes many: it runs 10 to 100 times slower, and time-outs, futex waits and late probes are of strace. What strace counts as time of futex is waiting, added up over all threads.',
  confirm: 'grep TracerPid /proc/$(pidof kubelet)/status; pgrep -a strace',
  mitigation: {
    text: 'End strace, wait a minute, and measure with a CPU profile or perf instead.',
    risk: 'low',
  },
  fix: 'pprof or perf instead of strace; strace for at most 5 s, with -e trace= and into a file.',
  references: [
    { text: 'kubernetes/kubernetes#18515', url: 'https://github.com/kubernetes/kubernetes/issues/18515' },
  ],
  rivals: ['lock-contention', 'node-cpu-starved'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const found = conclude({
    decisive: [
      burnsFrom(reading, PTRACE, PTRACE_SHARE),
      processesFrom(reading, STRACE, STRACE_CORES),
      saidFrom(reading, TRACER, 1),
    ],
    hints: [stoppedThreads(evidence)],
    // It spoils what was measured: the cause that was looked for is another one.
    confidence: 'medium',
    settle: sentence('See whether a tracer is attached: grep TracerPid /proc/$(pidof kubelet)/status'),
    rivals: [
      open('lock-contention', 'Locks of Go show in a profile that was taken without strace.'),
      open(
        'node-cpu-starved',
        'Threads that wait for a CPU show in pressure and run delay, without strace too.',
      ),
    ],
  });
  if (found !== undefined) return found;
  return evidence.calls.length > 0
    ? clear('Nothing but the trace itself was taken while strace ran; its futex times are waiting.')
    : reading.has('cpu-profile')
      ? clear('The profile has no time in ptrace.')
      : skipped('Needs a profile or a table of processes of the time that strace ran.');
}

/** State `t` or `T`: a debugger or strace holds them. */
function stoppedThreads({ threads }: NodeEvidence): RuleEvidence | undefined {
  for (const { report, at } of threads) {
    const { stopped } = report.total.places;
    const share = report.total.samples === 0 ? 0 : stopped / report.total.samples;
    if (share >= STOPPED_SHARE)
      return observed(sentence('{0} samples of threads found them stopped', stopped), {
        value: share,
        unit: 'share',
        threshold: sentence('from {0} % on', STOPPED_SHARE * 100),
        place: at,
      });
  }
  return undefined;
}
